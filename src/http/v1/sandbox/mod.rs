//! The sandbox: its test keys, and the messages that it would have sent.

pub(crate) mod key_view;
pub(crate) mod keys;
pub(crate) mod outbox;
pub(crate) mod resources;
