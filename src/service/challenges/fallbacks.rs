//! Fallbacks: the same code follows over the next channel when its message does not arrive.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::reports::actor::Actor;
use crate::domain::tenants::tenant::TenantStatus;
use crate::domain::time::Clock;
use crate::service::admission::Admission;
use crate::service::limits::gauge::Gauge;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::service::tenants::loaded::TenantLoader;
use crate::store::{DueFallback, Store, SwitchCause};

use super::issue::Issuer;
use super::order::{IssueCause, Order};

/// How many are looked at in one round.
const AT_ONCE: usize = 100;

/// When one is looked at again that could not be followed at the moment.
const AGAIN: Duration = Duration::from_secs(10);

/// Follows codes over their next channels.
pub struct Fallbacks {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    admission: Arc<Admission>,
    loader: Arc<TenantLoader>,
    issuer: Arc<Issuer>,
}

/// What became of one that was due.
enum Followed {
    /// Another message is on its way.
    Sent,
    /// None can be sent.
    Never,
    /// None can be sent at the moment.
    NotNow,
}

impl Fallbacks {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared, issuer: Arc<Issuer>) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            admission: Arc::clone(&shared.admission),
            loader: Arc::clone(&shared.loader),
            issuer,
        }
    }

    /// Follows all that are due, and returns how many messages were issued.
    pub async fn run_due(&self) -> Result<usize, Refusal> {
        let now = self.clock.now();
        let mut sent = 0;
        for due in self.store.claim_fallbacks(now, now + AGAIN, AT_ONCE).await? {
            match self.follow(&due).await {
                Ok(Followed::Sent) => sent += 1,
                Ok(Followed::Never) => self.store.give_up_fallback(due.challenge).await?,
                Ok(Followed::NotNow) => {}
                Err(refusal) => tracing::warn!(?refusal, "a code could not follow over its next channel"),
            }
        }
        metrics::counter!("otpmint_fallbacks_total").increment(sent as u64);
        Ok(sent)
    }

    async fn follow(&self, due: &DueFallback) -> Result<Followed, Refusal> {
        let tenant = self.store.tenant(due.tenant).await?;
        let Some(tenant) = tenant.filter(|tenant| tenant.status == TenantStatus::Active) else {
            return Ok(Followed::Never);
        };
        let Some(challenge) = self.store.challenge(due.tenant, due.challenge).await? else {
            return Ok(Followed::Never);
        };
        let tenant = self.loader.load(tenant).await?;
        let mut channels = due.fallback.channels();
        let Some(channel) = channels.find(|channel| tenant.sender.sends_over(*channel)) else {
            return Ok(Followed::Never);
        };
        let Ok(permit) = self.admission.admit(None) else { return Ok(Followed::NotNow) };
        let cause = IssueCause::Switch { challenge: &challenge, channel, cause: SwitchCause::Fallback };
        let gauge = &Gauge::default();
        let order =
            Order { tenant: &tenant, gauge, permit, by: Actor::default(), end_user: None, once: None, cause };
        match self.issuer.issue(order).await {
            Ok(_) => Ok(Followed::Sent),
            Err(Refusal::Overloaded | Refusal::QueueFull | Refusal::SendUnderWay | Refusal::Store(_)) => {
                Ok(Followed::NotNow)
            }
            Err(_) => Ok(Followed::Never),
        }
    }
}
