//! Sub-keys, and what lies under which version of them.

mod keyring;
mod rotation;
