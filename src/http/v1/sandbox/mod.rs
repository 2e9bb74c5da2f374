//! The sandbox: keys to it, and what it would have sent.

pub(crate) mod document;
pub(crate) mod keys;
pub(crate) mod outbox;
