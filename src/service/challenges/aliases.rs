//! Challenges under a tenant's own names: an alias names at most one challenge, the latest that was minted
//! under it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::domain::challenges::alias::Alias;
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::device::Device;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::id::TenantId;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Clock;
use crate::service::admission::Admission;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::Store;

use super::challenge::Challenges;
use super::mint::Minted;
use super::request::{MintRequest, PageRequest, Wait};
use super::verify::{ChallengeReference, Verification, VerifyRequest};

/// What is issued under an alias.
#[derive(Debug)]
pub enum AliasRequest {
    /// A code for a recipient.
    Mint(Box<MintRequest>),
    /// A challenge whose page asks for the recipient.
    Page(Box<PageRequest>),
}

/// What becomes of an alias after the right answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AfterAnswer {
    /// It goes on to name the challenge, so that others can ask how it has ended.
    Kept,
    /// It names nothing.
    Forgotten,
}

/// A challenge that an alias names: pending, verified or exhausted, and not past its deadline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedChallenge {
    /// The challenge.
    pub challenge: Challenge,
    /// The current status.
    pub status: ChallengeStatus,
}

/// A refusal, and the challenge that the alias names, if it names one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AliasRefusal {
    /// Why the use case failed.
    pub refusal: Refusal,
    /// The challenge.
    pub challenge: Option<Challenge>,
}

impl From<Refusal> for AliasRefusal {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, challenge: None }
    }
}

/// A tenant's challenges under its own names.
pub struct Aliases {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    admission: Arc<Admission>,
    challenges: Arc<Challenges>,
    verification: Arc<Verification>,
}

impl Aliases {
    pub(in crate::service) fn new(
        parts: &Parts,
        shared: &Shared,
        challenges: Arc<Challenges>,
        verification: Arc<Verification>,
    ) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            admission: Arc::clone(&shared.admission),
            challenges,
            verification,
        }
    }
}

impl Aliases {
    /// Issues a code under an alias. If the challenge that it names is pending and for the same recipient,
    /// its code is sent again, with the same deadline and the same attempts. Otherwise a new challenge is
    /// opened, which takes the alias; the former one is canceled in the same transaction.
    pub async fn issue(
        &self,
        tenant: &AuthenticatedTenant,
        alias: Alias,
        request: AliasRequest,
    ) -> Result<Challenge, AliasRefusal> {
        let named = self.named(tenant.id(), &alias).await?;
        let former = named.filter(|named| named.status == ChallengeStatus::Pending);
        let former = former.map(|named| named.challenge);
        let issued = match (request, &former) {
            (AliasRequest::Mint(mint), Some(pending)) if self.repeats(tenant, pending, &mint).await? => {
                self.send_again(tenant, pending, &mint).await
            }
            (AliasRequest::Mint(mint), _) => {
                self.open(former.as_ref(), self.challenges.mint(tenant, mint.under(alias))).await
            }
            (AliasRequest::Page(page), _) => {
                self.open(former.as_ref(), self.challenges.mint_page(tenant, page.under(alias))).await
            }
        };
        issued.map_err(|refusal| AliasRefusal { refusal, challenge: former })
    }

    /// Checks an answer for the challenge that an alias names.
    pub async fn verify(
        &self,
        tenant: &AuthenticatedTenant,
        alias: &Alias,
        (code, client_ip): (&str, Option<IpAddr>),
        after: AfterAnswer,
    ) -> Result<Challenge, AliasRefusal> {
        let (reference, bound) = (ChallengeReference::Alias(alias), BoundFields::default());
        let device = Device::Unknown;
        let request =
            VerifyRequest { reference, code, bound, tenant: Some(tenant), device, client_ip, once: None };
        match self.verification.verify(request).await {
            Ok(verified) => {
                if after == AfterAnswer::Forgotten {
                    self.forget_answered(tenant.id(), alias, &verified.challenge).await;
                }
                Ok(verified.challenge)
            }
            Err(refusal) => Err(self.refused(tenant.id(), alias, refusal).await),
        }
    }

    /// Returns the challenge that an alias names.
    pub async fn find(&self, tenant: &AuthenticatedTenant, alias: &Alias) -> Result<NamedChallenge, Refusal> {
        self.named(tenant.id(), alias).await?.ok_or(Refusal::UnknownChallenge)
    }

    /// Returns the challenge that an alias names. If it is verified, the alias names nothing from now on.
    pub async fn take(&self, tenant: &AuthenticatedTenant, alias: &Alias) -> Result<NamedChallenge, Refusal> {
        let _permit = self.admission.admit(Some(tenant.waiters()))?;
        let found = self.find(tenant, alias).await?;
        if found.status == ChallengeStatus::Verified {
            let indexes = self.keyring.alias_indexes(tenant.id(), alias);
            self.store.forget_challenge_of(tenant.id(), indexes, found.challenge.id).await?;
        }
        Ok(found)
    }

    /// Returns the challenge that an alias of an active tenant names, for a caller who has proved nothing.
    pub async fn find_for_anybody(&self, tenant: &str, alias: &Alias) -> Result<NamedChallenge, Refusal> {
        let _permit = self.admission.admit(None)?;
        let handle = TenantHandle::parse(tenant).ok_or(Refusal::UnknownChallenge)?;
        let tenant = self.store.tenant_by_handle(handle, self.clock.now()).await?;
        let (tenant, _) = tenant.ok_or(Refusal::UnknownChallenge)?;
        let named = self.named(tenant.id, alias).await?.ok_or(Refusal::UnknownChallenge)?;
        // Only this verb looks whether the tenant is active, and that of a sandbox too.
        let active = self.store.hosted_challenge(named.challenge.id).await?;
        active.map(|_| named).ok_or(Refusal::UnknownChallenge)
    }

    /// Returns the page key of the pending challenge that an alias names, if it has a page.
    pub async fn page_key(&self, tenant: &str, alias: &Alias) -> Result<String, Refusal> {
        let NamedChallenge { challenge, status } = self.find_for_anybody(tenant, alias).await?;
        let has_page = status == ChallengeStatus::Pending && challenge.details.hosting().is_some();
        let key = has_page.then(|| self.challenges.codec.encode_page(challenge.id));
        key.ok_or(Refusal::UnknownChallenge)
    }
}

impl Aliases {
    async fn named(&self, tenant: TenantId, alias: &Alias) -> Result<Option<NamedChallenge>, Refusal> {
        let indexes = self.keyring.alias_indexes(tenant, alias);
        let Some(challenge) = self.store.challenges_of(tenant, indexes, None).await?.into_iter().next()
        else {
            return Ok(None);
        };
        let now = self.clock.now();
        let status = challenge.standing.status_at(now);
        let is_named = match status {
            ChallengeStatus::Pending => true,
            ChallengeStatus::Verified | ChallengeStatus::Exhausted => now < challenge.standing.expires_at,
            ChallengeStatus::Expired | ChallengeStatus::Canceled => false,
        };
        Ok(is_named.then_some(NamedChallenge { challenge, status }))
    }

    /// Returns whether a mint asks for what a pending challenge has sent already: the recipient's latest
    /// challenges tell whose it is. A code of the tenant's own is never sent again, since it may be another.
    async fn repeats(
        &self,
        tenant: &AuthenticatedTenant,
        pending: &Challenge,
        mint: &MintRequest,
    ) -> Result<bool, Refusal> {
        if mint.code.is_some() || mint.channel != pending.channel {
            return Ok(false);
        }
        let indexes = self.keyring.recipient_indexes(tenant.id(), &mint.to);
        let spelling = self.keyring.spelling(tenant.id(), &mint.to);
        let latest = self.store.challenges_of(tenant.id(), indexes, Some(spelling)).await?;
        Ok(latest.iter().any(|challenge| challenge.id == pending.id))
    }

    async fn send_again(
        &self,
        tenant: &AuthenticatedTenant,
        pending: &Challenge,
        mint: &MintRequest,
    ) -> Result<Challenge, Refusal> {
        let key = self.challenges.shareable_key(pending.id);
        let wait = match mint.wait {
            Wait::Queued => Duration::ZERO,
            Wait::Outcome(limit) | Wait::Accepted(limit) => limit,
        };
        let sent = self.challenges.resend(tenant, (key.as_str(), None), mint.client_ip, wait, None).await?;
        match (sent.delivery, sent.delivery_error) {
            (Some(DeliveryStatus::Failed), Some(reason)) => Err(Refusal::NotDelivered(reason)),
            _ => Ok(sent),
        }
    }

    /// Returns the new challenge, and stops the message of the former one, which is canceled.
    async fn open(
        &self,
        former: Option<&Challenge>,
        minting: impl Future<Output = Result<Minted, Refusal>>,
    ) -> Result<Challenge, Refusal> {
        let minted = minting.await?;
        if let Some(former) = former {
            self.challenges.withhold(former.id);
        }
        Ok(self.challenges.minted(minted))
    }

    /// Returns a refusal with the challenge that the alias names. The verification looks for a pending one,
    /// so this says how one has ended.
    async fn refused(&self, tenant: TenantId, alias: &Alias, refusal: Refusal) -> AliasRefusal {
        let named = self.named(tenant, alias).await.ok().flatten();
        let refusal = match (&named, refusal) {
            (Some(named), Refusal::UnknownChallenge) if named.status != ChallengeStatus::Pending => {
                Refusal::Ended(named.status)
            }
            (_, refusal) => refusal,
        };
        AliasRefusal { refusal, challenge: named.map(|named| named.challenge) }
    }

    /// Has an alias name nothing after the right answer, which is recorded: whoever has given it is told so,
    /// even if the alias goes on to name the challenge until its deadline.
    async fn forget_answered(&self, tenant: TenantId, alias: &Alias, answered: &Challenge) {
        let indexes = self.keyring.alias_indexes(tenant, alias);
        if let Err(error) = self.store.forget_challenge_of(tenant, indexes, answered.id).await {
            tracing::warn!(%error, "an alias still names a challenge that was answered");
        }
    }
}
