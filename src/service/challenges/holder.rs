//! Holders: callers who have a shareable key and nothing else, such as a page in a browser.
//!
//! A holder learns nothing about a challenge that has ended, is unknown, or belongs to a tenant
//! that is disabled or does not allow the page. Therefore all of these cases take the same path and
//! the same time: an invalid key is looked up like any other.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::shareable_key::Codec;
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::device::Device;
use crate::domain::id::ChallengeId;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Clock;
use crate::domain::web_origin::WebOrigin;
use crate::service::admission::Admission;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::service::tenants::loaded::TenantLoader;
use crate::store::Store;

use super::challenge::Challenges;
use super::order::IssueCause;
use super::verify::{ChallengeReference, Verification, VerifyRequest};

/// A caller without a tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// The page, if the caller is one.
    pub page: Option<WebOrigin>,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// The operations that a holder of a shareable key may perform.
pub struct Holders {
    store: Arc<dyn Store>,
    codec: Codec,
    clock: Arc<dyn Clock>,
    admission: Arc<Admission>,
    loader: Arc<TenantLoader>,
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
            loader: Arc::clone(&shared.loader),
            challenges,
            verification,
        }
    }
}

impl Holders {
    /// Returns whether any tenant allows this page to call. The requested challenge is not
    /// considered, since the page's browser would reveal the result to it.
    pub async fn allows_page(&self, page: &WebOrigin) -> bool {
        self.store.is_allowed_page(page.clone()).await.unwrap_or(false)
    }

    /// Returns a pending challenge, by its shareable key.
    pub async fn find(&self, key: &str, holder: &Holder) -> Result<Challenge, Refusal> {
        self.held(key, holder).await.map(|(_, challenge)| challenge)
    }

    /// Checks an answer. If it is right, returns the challenge and a receipt, which the tenant's
    /// backend can verify by itself.
    pub async fn verify(
        &self,
        key: &str,
        code: &str,
        bound: BoundFields,
        holder: &Holder,
    ) -> Result<(Challenge, String), Refusal> {
        let (reference, client_ip) =
            (ChallengeReference::Held(self.row(key), holder.page.as_ref()), holder.client_ip);
        let (tenant, device) = (None, Device::Unknown);
        let request = VerifyRequest { reference, code, bound, tenant, device, client_ip, once: None };
        self.verification.prove(request).await
    }

    /// Sends a challenge's code again, over the same channel: only the tenant chooses another one.
    pub async fn resend(&self, key: &str, holder: &Holder) -> Result<Challenge, Refusal> {
        let permit = self.admission.admit(None)?;
        let (tenant, found) = self.held(key, holder).await?;
        let tenant = self.loader.load(tenant).await?;
        let cause = IssueCause::Resend(&found);
        self.challenges.resend_for_anybody(&tenant, cause, holder.client_ip, permit).await?;
        self.find(key, holder).await
    }

    async fn held(&self, key: &str, holder: &Holder) -> Result<(Tenant, Challenge), Refusal> {
        let held = self.store.held_challenge(self.row(key), holder.page.clone(), self.clock.now());
        held.await?.ok_or(Refusal::UnknownChallenge)
    }

    /// Returns the row of a key; for an invalid key, a row that no challenge has.
    fn row(&self, key: &str) -> ChallengeId {
        self.codec.decode(key).unwrap_or(ChallengeId::NONE)
    }
}
