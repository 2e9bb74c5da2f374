//! The outbox worker's durable side: claims and settles deliveries in the store.

use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::delivery::{Job, Ledger};
use crate::domain::BoxFuture;
use crate::domain::delivery::{DeliveryEnd, DeliveryError};
use crate::domain::tenant::TenantStatus;
use crate::domain::time::Timestamp;
use crate::store::{ClaimedDelivery, Store, StoreError};

use super::{payload, sealed_smtp};

/// Between two tries at recording an outcome while the store is out of order.
const PAUSE: Duration = Duration::from_secs(1);

/// Tries at recording an outcome: longer than any code lives.
const TRIES: usize = 1_000;

/// The store, as the outbox worker sees it.
pub struct StoreLedger {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
}

impl StoreLedger {
    /// A ledger over this store and these keys.
    pub fn new(store: Arc<dyn Store>, keyring: Arc<Keyring>) -> Self {
        Self { store, keyring }
    }

    async fn claim_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<Job>, StoreError> {
        let mut jobs = Vec::new();
        for claimed in self.store.claim_deliveries(now, limit).await? {
            match self.job(&claimed).await? {
                Some(job) => jobs.push(job),
                None => {
                    let end = DeliveryEnd::Failed(DeliveryError::Canceled);
                    self.store.settle_delivery(claimed.challenge, end, now).await?;
                }
            }
        }
        Ok(jobs)
    }

    /// The job of a claimed delivery; `None` when its tenant is gone or switched off, or when
    /// what was sealed does not open.
    async fn job(&self, claimed: &ClaimedDelivery) -> Result<Option<Job>, StoreError> {
        let tenant = self.store.tenant(claimed.tenant).await?;
        let Some(tenant) = tenant.filter(|tenant| tenant.status == TenantStatus::Active) else {
            return Ok(None);
        };
        let message = payload::open(&self.keyring, claimed);
        let sender = sealed_smtp::sender(&self.keyring, &tenant).ok();
        Ok(message.zip(sender).map(|(message, sender)| Job {
            challenge: claimed.challenge,
            sender: Arc::new(sender),
            message,
            tries: claimed.tries,
        }))
    }
}

impl Ledger for StoreLedger {
    fn claim(&self, now: Timestamp, limit: usize) -> BoxFuture<'_, Vec<Job>> {
        Box::pin(async move {
            self.claim_jobs(now, limit).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the outbox cannot be read");
                Vec::new()
            })
        })
    }

    fn settle<'a>(&'a self, job: &'a Job, now: Timestamp, end: DeliveryEnd) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            for _ in 0..TRIES {
                if self.store.settle_delivery(job.challenge, end, now).await.is_ok() {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
            }
        })
    }
}
