//! The outbox: sends committed messages, retries them until the code expires, and gives each tenant
//! its own lane.
//!
//! A delivery row commits together with its challenge. The caller reserves a [`Slot`] before that,
//! and dispatches the job afterwards. From then on the job waits in its tenant's lane, is sent, and
//! its end is recorded in the ledger. A job that is to be retried leaves memory; [`Outbox::run`]
//! claims it from the ledger when it is due, together with deliveries that an earlier run left
//! behind.

mod backoff;
mod control;
mod lanes;
mod poller;
mod queue;
mod settings;
mod slot;
mod worker;

pub use backoff::Backoff;
pub use control::Outbox;
pub use settings::OutboxSettings;
pub use slot::{Slot, Watch};
