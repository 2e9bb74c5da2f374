//! Mint: issues a code for a recipient, stores it as a keyed hash, and sends it through the
//! tenant's own server.

use std::net::IpAddr;

use crate::crypto::shareable_key::ShareableKey;
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::idempotency::Once;
use crate::domain::deliveries::delivery::DeliveryEnd;
use crate::domain::tenants::credential::Scope;
use crate::domain::time::Timestamp;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;

use super::challenge::Challenges;
use super::issue::IssuedCode;
use super::order::{IssueCause, Order};
use super::request::{MintRequest, PageRequest, Wait};

/// A challenge that was opened.
#[derive(Debug)]
pub struct Minted {
    /// Its public handle.
    pub key: ShareableKey,
    /// When the code expires.
    pub expires_at: Timestamp,
    /// The code, for a tenant that delivers it itself.
    pub code: Option<Code>,
    /// The challenge as it was recorded.
    challenge: Challenge,
    /// How the delivery ended, if the caller waited for it.
    outcome: Option<DeliveryEnd>,
}

impl Challenges {
    /// Mints a code and sends it, or reveals it to a tenant that delivers it itself.
    pub async fn mint(&self, tenant: &AuthenticatedTenant, request: MintRequest) -> Result<Minted, Refusal> {
        // Revealing a code requires a scope of its own.
        if request.channel == ChannelKind::None {
            tenant.require(Scope::Reveal)?;
        }
        let order =
            self.order(tenant, request.client_ip, request.once.clone(), IssueCause::Mint(&request))?;
        let order = Order { end_user: request.end_user, ..order };
        let issued = self.issuer.issue(order).await?;
        self.opened(tenant, issued, request.wait).await
    }

    /// Mints a challenge whose page asks for the recipient. Nothing is sent before it is given.
    pub async fn mint_page(
        &self,
        tenant: &AuthenticatedTenant,
        request: PageRequest,
    ) -> Result<Minted, Refusal> {
        let order =
            self.order(tenant, request.client_ip, request.once.clone(), IssueCause::Page(&request))?;
        let issued = self.issuer.issue(order).await?;
        self.opened(tenant, issued, Wait::Queued).await
    }

    /// Returns a challenge that was just minted, as its tenant sees it: the recorded state, with
    /// the outcome of its message. It is not read again, because that could fail although
    /// everything has been done.
    pub fn minted(&self, minted: Minted) -> Challenge {
        self.with_outcome(minted.challenge, minted.outcome)
    }

    pub(super) fn order<'a>(
        &self,
        tenant: &'a AuthenticatedTenant,
        client_ip: Option<IpAddr>,
        once: Option<Once>,
        cause: IssueCause<'a>,
    ) -> Result<Order<'a>, Refusal> {
        let permit = self.admission.admit(Some(tenant.waiters()))?;
        Ok(Order {
            tenant: tenant.loaded(),
            gauge: tenant.gauge(),
            permit,
            by: tenant.actor(client_ip),
            end_user: None,
            once,
            cause,
        })
    }

    async fn opened(
        &self,
        tenant: &AuthenticatedTenant,
        issued: IssuedCode,
        wait: Wait,
    ) -> Result<Minted, Refusal> {
        metrics::counter!("otpmint_mints_total").increment(1);
        let IssuedCode { challenge, revealed, watch } = issued;
        let outcome = match (watch, wait) {
            (None, _) | (_, Wait::Queued) => None,
            (Some(watch), Wait::Outcome(limit)) => {
                tokio::time::timeout(limit, watch.end()).await.unwrap_or_default()
            }
            (Some(watch), Wait::Accepted(limit)) => {
                Some(self.accepted(tenant, challenge.id, limit, watch).await?)
            }
        };
        let (key, expires_at) = (self.codec.encode(challenge.id), challenge.standing.expires_at);
        Ok(Minted { key, expires_at, code: revealed, challenge, outcome })
    }
}
