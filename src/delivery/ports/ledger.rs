//! The interface to what records deliveries.

use super::job::Job;
use crate::delivery::content::composed::Content;
use crate::domain::BoxFuture;
use crate::domain::deliveries::delivery::Room;
use crate::domain::deliveries::report::DeliveryReport;
use crate::domain::time::Timestamp;

/// The durable side of the outbox, as used by the worker.
pub trait Ledger: Send + Sync {
    /// Claims deliveries that are due at `now` and not held, within `room`, ordered by tenant.
    fn claim(&self, now: Timestamp, room: Room) -> BoxFuture<'_, Vec<Job>>;

    /// Stores the content of a sandbox's message where its tenant can read it. Returns `false` if
    /// that is not possible now.
    fn keep<'a>(&'a self, job: &'a Job, content: Content, now: Timestamp) -> BoxFuture<'a, bool>;

    /// Records the outcome of a delivery try.
    fn settle<'a>(&'a self, job: &'a Job, now: Timestamp, report: DeliveryReport) -> BoxFuture<'a, ()>;
}
