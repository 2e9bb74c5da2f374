//! Hooks of identity servers: the secrets with which they sign, and their messages.

pub(in crate::service) mod relays;
pub(in crate::service) mod secrets;

pub use relays::{HookEvent, HookRelays};
pub use secrets::{HookRequest, HookSecret, Hooks};
