//! Whoever has a shareable key and nothing else, such as a page in a browser.
//!
//! It learns nothing of a challenge that has ended, is unknown, or belongs to a tenant that is switched
//! off or does not allow the page. So all of these go the same way, and take the same time: a key
//! that is none is looked up like any other.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::details::BoundFields;
use crate::domain::id::ChallengeId;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::web_origin::WebOrigin;

use super::rates::Gauge;
use super::resend::Again;
use super::shelf::Shelf;
use super::turns::Turn;
use super::verify::Which;
use super::{Refusal, Services, VerifyRequest};

/// From where a caller without a tenant calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// The page, if it is one.
    pub page: Option<WebOrigin>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

impl Services {
    /// Whether any tenant allows this page to call: without a look at what it asks for, which its
    /// browser would tell it otherwise.
    pub async fn allows_page(&self, page: &WebOrigin) -> bool {
        self.store.is_allowed_page(page.clone()).await.unwrap_or(false)
    }

    /// A pending challenge, by its shareable key.
    pub async fn held_challenge(&self, key: &str, holder: &Holder) -> Result<Challenge, Refusal> {
        self.held(key, holder).await.map(|(_, challenge)| challenge)
    }

    /// Checks an answer. With the right one comes the challenge and a receipt, which the tenant's
    /// backend can check for itself.
    pub async fn verify_held(
        &self,
        key: &str,
        code: &str,
        bound: BoundFields,
        holder: &Holder,
    ) -> Result<(Challenge, String), Refusal> {
        let (which, client_ip) = (Which::Held(self.row(key), holder.page.as_ref()), holder.client_ip);
        self.proved(VerifyRequest { which, code, bound, tenant: None, client_ip, once: None }).await
    }

    /// Sends a challenge's code again.
    pub async fn resend_held(&self, key: &str, holder: &Holder) -> Result<Challenge, Refusal> {
        let turn = self.turn(None)?;
        let (tenant, found) = self.held(key, holder).await?;
        self.resend_for_anybody(&tenant, &found, holder.client_ip, turn).await?;
        self.held_challenge(key, holder).await
    }

    /// Sends the code of a tenant's challenge again, for somebody who is not the tenant and waits for
    /// nothing.
    pub(super) async fn resend_for_anybody(
        &self,
        tenant: &Tenant,
        found: &Challenge,
        client_ip: Option<IpAddr>,
        turn: Turn,
    ) -> Result<(), Refusal> {
        let sender = Arc::new(self.sender_of(tenant).await?);
        let shelf = Arc::new(Shelf::of(self.store.as_ref(), tenant).await?);
        let policies = self.rules.policies_of(tenant);
        let policy = policies.of(&found.purpose);
        let rate = tenant.limits.mint_per_tenant;
        let again = Again {
            tenant: tenant.id,
            rate,
            sender,
            shelf,
            policy,
            challenge: found.id,
            client_ip,
            once: None,
            turn,
        };
        self.send_again(again, &Gauge::default(), Duration::ZERO).await.map(|_| ())
    }

    async fn held(&self, key: &str, holder: &Holder) -> Result<(Tenant, Challenge), Refusal> {
        let held = self.store.held_challenge(self.row(key), holder.page.clone(), self.clock.now());
        held.await?.ok_or(Refusal::UnknownChallenge)
    }

    /// The row of a key, or one that no challenge has.
    fn row(&self, key: &str) -> ChallengeId {
        self.codec.decode(key).unwrap_or(ChallengeId::NONE)
    }
}
