//! Whoever has a shareable key and nothing else, such as a page in a browser.
//!
//! It learns nothing of a challenge that has ended, is unknown, or belongs to a tenant that is switched
//! off or does not allow the page. So all of these go the same way, and take the same time: a key
//! that is none is looked up like any other.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::shareable_key::Codec;
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::details::BoundFields;
use crate::domain::id::ChallengeId;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Clock;
use crate::domain::web_origin::WebOrigin;
use crate::service::admission::Admission;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::store::Store;

use super::challenge::Challenges;
use super::verify::{Verification, VerifyRequest, Which};

/// From where a caller without a tenant calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// The page, if it is one.
    pub page: Option<WebOrigin>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// What whoever has a shareable key may do with its challenge.
pub struct Holders {
    store: Arc<dyn Store>,
    codec: Codec,
    clock: Arc<dyn Clock>,
    admission: Arc<Admission>,
    challenges: Arc<Challenges>,
    verification: Arc<Verification>,
}

impl Holders {
    pub(in crate::service) fn new(
        parts: &Parts,
        shared: &Shared,
        challenges: Arc<Challenges>,
        verification: Arc<Verification>,
    ) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            codec: parts.keyring.shareable_keys(),
            clock: Arc::clone(&parts.clock),
            admission: Arc::clone(&shared.admission),
            challenges,
            verification,
        }
    }
}

impl Holders {
    /// Whether any tenant allows this page to call: without a look at what it asks for, which its
    /// browser would tell it otherwise.
    pub async fn allows_page(&self, page: &WebOrigin) -> bool {
        self.store.is_allowed_page(page.clone()).await.unwrap_or(false)
    }

    /// A pending challenge, by its shareable key.
    pub async fn find(&self, key: &str, holder: &Holder) -> Result<Challenge, Refusal> {
        self.held(key, holder).await.map(|(_, challenge)| challenge)
    }

    /// Checks an answer. With the right one comes the challenge and a receipt, which the tenant's
    /// backend can check for itself.
    pub async fn verify(
        &self,
        key: &str,
        code: &str,
        bound: BoundFields,
        holder: &Holder,
    ) -> Result<(Challenge, String), Refusal> {
        let (which, client_ip) = (Which::Held(self.row(key), holder.page.as_ref()), holder.client_ip);
        self.verification
            .prove(VerifyRequest { which, code, bound, tenant: None, client_ip, once: None })
            .await
    }

    /// Sends a challenge's code again.
    pub async fn resend(&self, key: &str, holder: &Holder) -> Result<Challenge, Refusal> {
        let permit = self.admission.admit(None)?;
        let (tenant, found) = self.held(key, holder).await?;
        self.challenges.resend_for_anybody(&tenant, &found, holder.client_ip, permit).await?;
        self.find(key, holder).await
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
