//! How much the outbox does at once, and how often.

use std::sync::Arc;
use std::time::Duration;

use super::backoff::Backoff;
use crate::delivery::ports::observer::Observer;

/// The outbox's bounds.
#[derive(Clone, Debug)]
pub struct OutboxSettings {
    /// Deliveries in memory at most: reserved, waiting, being sent or being recorded.
    pub capacity: usize,
    /// Sends under way at once at most.
    pub at_once: usize,
    /// Sends under way at once of one tenant at most, and never more than a quarter of what is left
    /// of `at_once`: small numbers there are small shares here.
    pub at_once_per_tenant: usize,
    /// The pauses between tries.
    pub backoff: Backoff,
    /// How often the ledger is asked for what is due.
    pub poll_interval: Duration,
    /// Who is told of each step of a message.
    pub observer: Option<Arc<dyn Observer>>,
}

impl Default for OutboxSettings {
    fn default() -> Self {
        Self {
            capacity: 10_000,
            at_once: 128,
            at_once_per_tenant: 8,
            backoff: Backoff::default(),
            poll_interval: Duration::from_millis(200),
            observer: None,
        }
    }
}
