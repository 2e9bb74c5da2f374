//! The durable side of the outbox: claims deliveries from the store and settles them there.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::delivery::{Content, Job, Ledger, Sender};
use crate::domain::BoxFuture;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, Room};
use crate::domain::deliveries::report::{DeliveryReport, TriedRoute};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::random::Entropy;
use crate::domain::tenants::tenant::TenantStatus;
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;
use crate::service::callbacks::address::CallbackAddresses;
use crate::service::routes::sealed_routes;
use crate::service::templates::template_cache::TemplateCache;
use crate::store::{ClaimedDelivery, Store, StoreError};

use super::{payload, sandbox_mail};

/// The pause between two tries at recording an outcome while the store is unavailable.
const PAUSE: Duration = Duration::from_secs(1);

/// The number of tries at recording an outcome, which last longer than any code lives.
const TRIES: usize = 1_000;

/// The store, as used by the outbox worker.
pub struct StoreLedger {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    entropy: Arc<dyn Entropy>,
    callbacks: CallbackAddresses,
    pictures_url: Option<WebOrigin>,
}

/// The origins at which others reach this server; `None` where they cannot.
pub struct ReachableOrigins {
    /// For the reports of providers.
    pub reports: Option<WebOrigin>,
    /// For the pictures in mails.
    pub pictures: Option<WebOrigin>,
}

impl StoreLedger {
    /// Creates a ledger over this store and these keys, for a server that others reach at `origins`.
    pub fn new(
        store: Arc<dyn Store>,
        keyring: Arc<Keyring>,
        entropy: Arc<dyn Entropy>,
        origins: ReachableOrigins,
    ) -> Self {
        let callbacks = CallbackAddresses::new(keyring.shareable_keys(), origins.reports);
        Self { store, keyring, entropy, callbacks, pictures_url: origins.pictures }
    }

    /// Claims jobs. A claimed delivery is held until it is settled, so none may be dropped: one
    /// that cannot be sent is recorded as failed, and one that cannot be read now is returned for
    /// later.
    async fn claim_jobs(&self, now: Timestamp, room: Room) -> Result<Vec<Job>, StoreError> {
        let mut jobs = Vec::new();
        let mut senders = HashMap::new();
        for claimed in self.store.claim_deliveries(now, room).await? {
            match self.job(&claimed, &mut senders).await {
                Ok(Some(job)) => jobs.push(job),
                Ok(None) => self.record(claimed.challenge, DeliveryEnd::Failed(DeliveryError::Canceled), now),
                Err(_) => self.record(claimed.challenge, DeliveryEnd::Later(now + PAUSE), now),
            }
        }
        Ok(jobs)
    }

    /// Returns the job of a claimed delivery; `None` if its tenant is gone or disabled, or if a
    /// sealed value does not open.
    async fn job(
        &self,
        claimed: &ClaimedDelivery,
        senders: &mut SendersByTenant,
    ) -> Result<Option<Job>, StoreError> {
        let sender = match senders.get(&claimed.tenant) {
            Some(known) => known.clone(),
            None => {
                let found = self.sender(claimed.tenant).await?;
                senders.insert(claimed.tenant, found.clone());
                found
            }
        };
        let message = payload::open(&self.keyring, claimed);
        let Some((mut message, (sender, shelf))) = message.zip(sender) else { return Ok(None) };
        message.callback = self.callbacks.of_message(claimed.challenge, claimed.sends, claimed.channel);
        message.template = shelf.for_message(self.store.as_ref(), &message).await;
        let ClaimedDelivery { challenge, tries, unconfirmed, .. } = *claimed;
        Ok(Some(Job { challenge, sender, message, tries, unconfirmed }))
    }

    async fn sender(&self, tenant: TenantId) -> Result<Option<PreparedSender>, StoreError> {
        let tenant = self.store.tenant(tenant).await?;
        let Some(tenant) = tenant.filter(|tenant| tenant.status == TenantStatus::Active) else {
            return Ok(None);
        };
        let pictures_url = self.pictures_url.as_ref();
        let Ok(sender) = sealed_routes::sender(&self.keyring, &tenant, pictures_url) else { return Ok(None) };
        let shelf = TemplateCache::of(self.store.as_ref(), &tenant).await?;
        Ok(Some((Arc::new(sender), Arc::new(shelf))))
    }

    /// Records an outcome in the background.
    fn record(&self, challenge: ChallengeId, end: DeliveryEnd, now: Timestamp) {
        tokio::spawn(record(Arc::clone(&self.store), challenge, (end, None), now));
    }
}

/// A sender, and its tenant's templates.
type PreparedSender = (Arc<Sender>, Arc<TemplateCache>);

/// The senders of one batch: each tenant's routes are read and opened once.
type SendersByTenant = HashMap<TenantId, Option<PreparedSender>>;

/// Records an outcome, retrying while the store is unavailable.
pub(super) async fn record(
    store: Arc<dyn Store>,
    challenge: ChallengeId,
    (end, tried): (DeliveryEnd, Option<TriedRoute>),
    now: Timestamp,
) {
    for _ in 0..TRIES {
        if store.settle_delivery(challenge, end, tried.clone(), now).await.is_ok() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Ledger for StoreLedger {
    fn claim(&self, now: Timestamp, room: Room) -> BoxFuture<'_, Vec<Job>> {
        Box::pin(async move {
            self.claim_jobs(now, room).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the outbox cannot be read");
                Vec::new()
            })
        })
    }

    fn keep<'a>(&'a self, job: &'a Job, content: Content, now: Timestamp) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let mail = sandbox_mail::seal(&self.keyring, self.entropy.as_ref(), job, content, now);
            self.store.keep_mail(mail).await.is_ok()
        })
    }

    fn settle<'a>(&'a self, job: &'a Job, now: Timestamp, report: DeliveryReport) -> BoxFuture<'a, ()> {
        Box::pin(record(Arc::clone(&self.store), job.challenge, (report.end, report.tried), now))
    }
}
