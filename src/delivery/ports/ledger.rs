//! What the outbox needs of whoever keeps the deliveries.

use super::job::Job;
use crate::delivery::content::composed::Content;
use crate::domain::BoxFuture;
use crate::domain::deliveries::delivery::Room;
use crate::domain::deliveries::report::DeliveryReport;
use crate::domain::time::Timestamp;

/// The durable side of the outbox, as the worker sees it.
pub trait Ledger: Send + Sync {
    /// Takes deliveries for which there is room, that are due at `now` and held by nobody, in the order
    /// of their tenants.
    fn claim(&self, now: Timestamp, room: Room) -> BoxFuture<'_, Vec<Job>>;

    /// Keeps what a message of a sandbox says where its tenant can read it; `false` when that cannot
    /// be done now.
    fn keep<'a>(&'a self, job: &'a Job, content: Content, now: Timestamp) -> BoxFuture<'a, bool>;

    /// Records what came of a try at a delivery.
    fn settle<'a>(&'a self, job: &'a Job, now: Timestamp, report: DeliveryReport) -> BoxFuture<'a, ()>;
}
