//! Relay: delivers a code that somebody else has made and checks, such as an identity server.
//!
//! It is issued as any other, so that everything that guards recipients and bills holds. It is a challenge without
//! attempts: nothing can be answered.

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::idempotency::Once;
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::tenants::credential::Scope;
use crate::service::idempotency::requests::Idempotency;
use crate::service::refusal::{Refusal, RelayRefusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::challenge::Challenges;
use super::order::{IssueCause, Order};
use super::request::{RelayRequest, Wait};

/// How often a code that was relayed before, and has ended since, may come again in a day.
const REPEATS: usize = 10;

/// What became of a code that is delivered once, however often it is asked for.
#[derive(Debug)]
pub enum Relayed {
    /// It is on its way.
    Now(Box<Challenge>),
    /// It was already.
    Before,
}

impl Challenges {
    /// Delivers a code.
    pub async fn relay(
        &self,
        tenant: &AuthenticatedTenant,
        request: RelayRequest,
    ) -> Result<Challenge, Refusal> {
        tenant.require(Scope::Relay)?;
        self.deliver(tenant, request).await
    }

    /// Delivers a code for a caller who is authorised, and who asks again under a new name while it has received
    /// no answer: the same code for the same recipient is sent once for as long as it is valid. What comes under
    /// the name of an `event` is sent once, and refused if it was something else before.
    pub async fn relay_once(
        &self,
        tenant: &AuthenticatedTenant,
        idempotency: &Idempotency,
        (event, request): (Option<Once>, RelayRequest),
    ) -> Result<Relayed, Refusal> {
        let name = [request.to.as_str(), request.code.expose()].join("\0");
        for number in 0..REPEATS {
            let once =
                idempotency.once(&tenant.requester(), "relay", &format!("{number}\0{name}"), ("", b""));
            let named = match event.clone() {
                Some(event) => once.clone().of_event(event),
                None => once.clone(),
            };
            let again = RelayRequest { once: Some(named), ..request.clone() };
            match self.deliver(tenant, again).await {
                Ok(challenge) => return Ok(Relayed::Now(Box::new(challenge))),
                Err(Refusal::StillRunning) => {}
                Err(refusal) => return Err(refusal),
            }
            if let Some(event) = &event
                && idempotency.is_known(tenant, event).await?
            {
                return Ok(Relayed::Before);
            }
            if self.is_pending(tenant, idempotency, &once).await? {
                return Ok(Relayed::Before);
            }
        }
        Err(Refusal::StillRunning)
    }

    /// Returns whether the message that was relayed under this name may still be on its way or in use.
    async fn is_pending(
        &self,
        tenant: &AuthenticatedTenant,
        idempotency: &Idempotency,
        once: &Once,
    ) -> Result<bool, Refusal> {
        let Some(outcome) = idempotency.outcome(tenant, once).await? else { return Ok(false) };
        let Some(id) = outcome.challenge() else { return Ok(false) };
        let found = self.store.challenge(tenant.id(), id).await?;
        Ok(found.is_some_and(|found| self.status(&found) == ChallengeStatus::Pending))
    }

    /// Returns a relayed message and its deliveries in their order, by its id.
    pub async fn find_relayed(
        &self,
        tenant: &AuthenticatedTenant,
        id: &str,
    ) -> Result<(Challenge, Vec<ChallengeDelivery>), Refusal> {
        let id = self.codec.decode_relayed(id).ok_or(RelayRefusal::UnknownMessage)?;
        let found = self.store.challenge_with_deliveries(tenant.id(), id).await?;
        found.ok_or(RelayRefusal::UnknownMessage.into())
    }

    async fn deliver(
        &self,
        tenant: &AuthenticatedTenant,
        request: RelayRequest,
    ) -> Result<Challenge, Refusal> {
        let request = sayable(request)?;
        let order =
            self.order(tenant, request.client_ip, request.once.clone(), IssueCause::Relay(&request))?;
        let order = Order { end_user: request.end_user, ..order };
        let issued = self.issuer.issue(order).await?;
        metrics::counter!("otpmint_relayed_total").increment(1);
        let outcome = match (issued.watch, request.wait) {
            (Some(watch), Wait::Outcome(limit) | Wait::Accepted(limit)) => {
                tokio::time::timeout(limit, watch.end()).await.unwrap_or_default()
            }
            (None, _) | (_, Wait::Queued) => None,
        };
        Ok(self.with_outcome(issued.challenge, outcome))
    }
}

/// Refuses a call that cannot read the code out, and lets none follow.
fn sayable(request: RelayRequest) -> Result<RelayRequest, Refusal> {
    match request.code.can_be_said() {
        true => Ok(request),
        false if request.channel == ChannelKind::Voice => Err(RelayRefusal::Unsayable.into()),
        false => Ok(RelayRequest { fallback: request.fallback.without(ChannelKind::Voice), ..request }),
    }
}
