//! Sub-keys, and the data under each of their versions.

mod keyring;
mod rotation;
