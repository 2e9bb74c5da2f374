//! The outbox's edges: what it is given to send, and what its surroundings have to be able to do.

pub(super) mod budget;
pub(super) mod channel;
pub(super) mod failure;
pub(super) mod job;
pub(super) mod ledger;
pub(super) mod message;
pub(super) mod observer;
pub(super) mod sender;
