//! The outbox: sends what is committed, again until the code expires, each tenant on its own lane.
//!
//! A delivery row commits together with its challenge. The caller has reserved a [`Slot`] before,
//! and dispatches the job after. From then on the job waits in its tenant's lane, is sent, and its
//! end is recorded in the ledger. A job that is to be tried again leaves memory; [`Outbox::run`]
//! claims it from the ledger when it is due, as it does with what an earlier run left behind.

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
