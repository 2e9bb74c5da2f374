//! Resend: sends the same code again. The attempts and the deadline stay the same.

use std::net::IpAddr;
use std::time::Duration;

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::idempotency::Once;
use crate::domain::reports::actor::Actor;
use crate::service::admission::Permit;
use crate::service::limits::gauge::Gauge;
use crate::service::refusal::{Refusal, Unreachable};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::loaded::LoadedTenant;

use crate::store::SwitchCause;

use super::challenge::Challenges;
use super::order::{IssueCause, Order};

impl Challenges {
    /// Sends a challenge's code again, over the same channel or another one, and waits at most `wait` for
    /// the outcome.
    pub async fn resend(
        &self,
        tenant: &AuthenticatedTenant,
        (key, channel): (&str, Option<ChannelKind>),
        client_ip: Option<IpAddr>,
        wait: Duration,
        once: Option<Once>,
    ) -> Result<Challenge, Refusal> {
        let id = self.codec.decode(key).ok_or(Refusal::UnknownChallenge)?;
        let permit = self.admission.admit(Some(tenant.waiters()))?;
        let found = self.store.challenge(tenant.id(), id).await?.ok_or(Refusal::UnknownChallenge)?;
        let (gauge, cause) = (tenant.gauge(), again(&found, channel)?);
        let by = tenant.actor(client_ip);
        let order = Order { tenant: tenant.loaded(), gauge, permit, by, end_user: None, once, cause };
        let outcome = match self.issuer.issue(order).await?.watch {
            Some(watch) => tokio::time::timeout(wait, watch.end()).await.unwrap_or_default(),
            None => None,
        };
        self.challenge_with(tenant.id(), id, outcome).await
    }

    /// Sends the code of a challenge that its tenant has just looked up again, and waits for nothing.
    pub(in crate::service) async fn send_again(
        &self,
        tenant: &AuthenticatedTenant,
        found: &Challenge,
        channel: Option<ChannelKind>,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let permit = self.admission.admit(Some(tenant.waiters()))?;
        let (gauge, cause) = (tenant.gauge(), again(found, channel)?);
        let by = tenant.actor(client_ip);
        let order = Order { tenant: tenant.loaded(), gauge, permit, by, end_user: None, once: None, cause };
        self.issuer.issue(order).await.map(|_| ())
    }

    /// Sends the code of a tenant's challenge again, for a caller who is not the tenant and does
    /// not wait.
    pub(super) async fn resend_for_anybody(
        &self,
        tenant: &LoadedTenant,
        cause: IssueCause<'_>,
        client_ip: Option<IpAddr>,
        permit: Permit,
    ) -> Result<(), Refusal> {
        let gauge = &Gauge::default();
        let by = Actor::at(client_ip);
        let order = Order { tenant, gauge, permit, by, end_user: client_ip, once: None, cause };
        self.issuer.issue(order).await.map(|_| ())
    }
}

/// Returns the cause of sending a code again. A channel must reach the kind of address that the code
/// was sent to; the kind of line is checked where the number is known, before the message leaves.
fn again(found: &Challenge, channel: Option<ChannelKind>) -> Result<IssueCause<'_>, Refusal> {
    match channel.filter(|channel| *channel != found.channel) {
        None => Ok(IssueCause::Resend(found)),
        Some(other) if other.reaches_numbers() && found.channel.reaches_numbers() => {
            Ok(IssueCause::Switch { challenge: found, channel: other, cause: SwitchCause::Asked })
        }
        Some(other) => Err(Refusal::Unreachable(Unreachable::Address(other))),
    }
}
