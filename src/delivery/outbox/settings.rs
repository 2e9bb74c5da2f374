//! The settings of the outbox.

use std::sync::Arc;
use std::time::Duration;

use super::backoff::Backoff;
use crate::delivery::ports::observer::Observer;
use crate::domain::membership::Membership;

/// The limits and intervals of the outbox.
#[derive(Clone, Debug)]
pub struct OutboxSettings {
    /// The maximum number of deliveries in memory: reserved, waiting, being sent or being recorded.
    pub capacity: usize,
    /// The maximum number of concurrent sends.
    pub at_once: usize,
    /// The maximum number of concurrent sends of one tenant. It is never more than a quarter of
    /// what is left of `at_once`, so a small `at_once` means small shares.
    pub at_once_per_tenant: usize,
    /// The pauses between tries.
    pub backoff: Backoff,
    /// How often the ledger is polled for due deliveries.
    pub poll_interval: Duration,
    /// Whether this process may send.
    pub membership: Arc<Membership>,
    /// An observer that is notified of each step of a message.
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
            membership: Arc::default(),
            observer: None,
        }
    }
}
