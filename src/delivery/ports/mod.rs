//! The outbox's interfaces: its input, and what it needs from its environment.

pub(super) mod budget;
pub(super) mod catch;
pub(super) mod channel;
pub(super) mod failure;
pub(super) mod job;
pub(super) mod ledger;
pub(super) mod message;
pub(super) mod observer;
pub(super) mod reports;
pub(super) mod sender;
