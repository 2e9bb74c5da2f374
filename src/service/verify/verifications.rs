//! Verifications: challenges that are named by their recipient or their sid, one pending at a time.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::sids::Sids;
use crate::domain::address::Address;
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::device::Device;
use crate::domain::challenges::former::Former;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::deliveries::history::{ChallengeDelivery, DeliveryRecipient};
use crate::domain::tenants::credential::Scope;
use crate::domain::time::Clock;
use crate::service::challenges::challenge::Challenges;
use crate::service::challenges::payload;
use crate::service::challenges::verify::{ChallengeReference, Verification, VerifyRequest};
use crate::service::challenges::{MintRequest, Minted};
use crate::service::parts::Parts;
use crate::service::refusal::{Refusal, ServiceRefusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{ChallengeName, LookedUp, Store};

use super::services::VerifyService;

/// A verification to begin.
#[derive(Debug)]
pub struct VerificationRequest {
    /// The mint, if no verification is pending.
    pub mint: MintRequest,
    /// The channel that the caller wishes; `None` for the tenant's order.
    pub wished: Option<ChannelKind>,
}

/// An answer to a verification. It has no `Debug`, because the typed text may be the code.
pub struct VerificationAnswer<'a> {
    /// The sid or the recipient.
    pub name: &'a str,
    /// What was typed.
    pub code: &'a str,
    /// The fields that were bound, repeated.
    pub bound: BoundFields,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
}

/// A verification as its tenant sees it.
#[derive(Clone, Debug)]
pub struct SeenVerification {
    /// The challenge.
    pub challenge: Challenge,
    /// Its present status.
    pub status: ChallengeStatus,
    /// Its deliveries in their order.
    pub deliveries: Vec<ChallengeDelivery>,
    /// The recipient, if it is known: the server forgets it when the challenge ends.
    pub to: Option<Address>,
}

/// An answer that was evaluated.
#[derive(Clone, Debug)]
pub struct CheckedAnswer {
    /// The verification after it.
    pub seen: SeenVerification,
    /// Whether it was right.
    pub is_right: bool,
}

/// How a tenant ends a verification itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conclusion {
    /// Nobody needs it any more.
    Canceled,
    /// The tenant has found out by itself that the recipient is right.
    Approved,
}

/// The verifications of tenants.
pub struct Verifications {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) sids: Sids,
    pub(super) challenges: Arc<Challenges>,
    verification: Arc<Verification>,
}

impl Verifications {
    pub(in crate::service) fn new(
        parts: &Parts,
        challenges: Arc<Challenges>,
        verification: Arc<Verification>,
    ) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            sids: Sids::new(parts.keyring.shareable_keys()),
            challenges,
            verification,
        }
    }
}

impl Verifications {
    /// Begins a verification, or sends the code of the pending one again. A code of the tenant's own and bound fields
    /// replace the pending one, whose code they do not fit.
    ///
    /// Of several callers at once, one opens a challenge: the store decides that in its transaction. The others are
    /// told that its message is under way.
    pub async fn begin(
        &self,
        tenant: &AuthenticatedTenant,
        service: &VerifyService,
        request: VerificationRequest,
    ) -> Result<SeenVerification, Refusal> {
        let VerificationRequest { mint, wished } = request;
        if mint.code.is_some() && !service.settings.custom_code {
            return Err(ServiceRefusal::DrawsCodes.into());
        }
        check_bound(service, &mint.bound)?;
        let to = mint.to.clone();
        let found = self.look_up(tenant, &service.purpose, self.recipient(tenant, &to)).await?;
        let pending = found.map(|found| found.challenge).filter(|challenge| self.is_pending(challenge));
        let is_fresh = mint.code.is_some() || !mint.bound.is_empty();
        if let Some(pending) = pending.as_ref().filter(|_| !is_fresh) {
            match self.challenges.send_again(tenant, pending, wished, mint.client_ip).await {
                // It ended in between.
                Err(Refusal::Ended(_) | Refusal::UnknownChallenge) => {}
                Err(refusal) => return Err(refusal),
                Ok(()) => return self.sent_again(tenant, service, pending).await,
            }
        }
        let former = if is_fresh { Former::IsReplaced } else { Former::Prevents };
        let minted = self.challenges.mint(tenant, MintRequest { former, ..mint }).await?;
        if let Some(replaced) = pending {
            self.challenges.withhold(replaced.id);
        }
        Ok(self.begun(minted, to))
    }

    async fn sent_again(
        &self,
        tenant: &AuthenticatedTenant,
        service: &VerifyService,
        pending: &Challenge,
    ) -> Result<SeenVerification, Refusal> {
        let found = self.look_up(tenant, &service.purpose, ChallengeName::Row(pending.id)).await?;
        found.map(|found| self.seen(tenant, found)).ok_or(Refusal::UnknownChallenge)
    }

    /// Returns the verification of this sid or recipient.
    pub async fn find(
        &self,
        tenant: &AuthenticatedTenant,
        service: &VerifyService,
        name: &str,
    ) -> Result<SeenVerification, Refusal> {
        let found = self.look_up(tenant, &service.purpose, self.name(tenant, name)?).await?;
        found.map(|found| self.seen(tenant, found)).ok_or(Refusal::UnknownChallenge)
    }

    /// Ends a pending verification as the tenant says.
    pub async fn conclude(
        &self,
        tenant: &AuthenticatedTenant,
        service: &VerifyService,
        (name, conclusion): (&str, Conclusion),
        client_ip: Option<IpAddr>,
    ) -> Result<SeenVerification, Refusal> {
        tenant.require(match conclusion {
            Conclusion::Canceled => Scope::Mint,
            Conclusion::Approved => Scope::Verify,
        })?;
        let seen = self.find(tenant, service, name).await?;
        let SeenVerification { challenge, to, deliveries, .. } = seen;
        let challenge = match conclusion {
            Conclusion::Canceled => self.challenges.cancel_seen(tenant, challenge, client_ip).await?,
            Conclusion::Approved => self.challenges.approve(tenant, challenge, client_ip).await?,
        };
        let status = self.challenges.status(&challenge);
        Ok(SeenVerification { challenge, status, deliveries, to })
    }

    /// Checks an answer. One that is wrong, even the last one, is an outcome; one that is not evaluated is a refusal.
    pub async fn check(
        &self,
        tenant: &AuthenticatedTenant,
        service: &VerifyService,
        answer: VerificationAnswer<'_>,
    ) -> Result<CheckedAnswer, Refusal> {
        check_bound(service, &answer.bound)?;
        let seen = self.find(tenant, service, answer.name).await?;
        let VerificationAnswer { code, bound, client_ip, .. } = answer;
        let reference = ChallengeReference::Row(seen.challenge.id);
        let device = Device::Unknown;
        let request =
            VerifyRequest { reference, code, bound, tenant: Some(tenant), device, client_ip, once: None };
        match self.verification.verify(request).await {
            Ok(verified) => {
                let challenge = verified.challenge;
                let status = challenge.standing.status;
                Ok(CheckedAnswer { seen: SeenVerification { challenge, status, ..seen }, is_right: true })
            }
            Err(Refusal::Mismatched { attempts_remaining }) => {
                let status = match attempts_remaining {
                    0 => ChallengeStatus::Exhausted,
                    _ => ChallengeStatus::Pending,
                };
                Ok(CheckedAnswer { seen: SeenVerification { status, ..seen }, is_right: false })
            }
            // What is exhausted is told as long as it could have been answered.
            Err(Refusal::Ended(ChallengeStatus::Exhausted)) if self.is_over(&seen.challenge) => {
                Err(Refusal::Ended(ChallengeStatus::Expired))
            }
            Err(refusal) => Err(refusal),
        }
    }

    fn name(&self, tenant: &AuthenticatedTenant, text: &str) -> Result<ChallengeName, Refusal> {
        if let Some(id) = self.sids.challenge(text) {
            return Ok(ChallengeName::Row(id));
        }
        let to = Address::parse_in(tenant.region(), text).map_err(|_| Refusal::UnknownChallenge)?;
        Ok(self.recipient(tenant, &to))
    }

    fn recipient(&self, tenant: &AuthenticatedTenant, to: &Address) -> ChallengeName {
        let indexes = self.keyring.recipient_indexes(tenant.id(), to);
        ChallengeName::Recipient(indexes, self.keyring.spelling(tenant.id(), to))
    }

    async fn look_up(
        &self,
        tenant: &AuthenticatedTenant,
        purpose: &Purpose,
        name: ChallengeName,
    ) -> Result<Option<LookedUp>, Refusal> {
        let found = self.store.look_up(tenant.id(), purpose.clone(), name, self.clock.now()).await?;
        // A code that the tenant delivers itself is none that a service has sent.
        Ok(found.filter(|found| found.challenge.channel != ChannelKind::None))
    }

    fn seen(&self, tenant: &AuthenticatedTenant, found: LookedUp) -> SeenVerification {
        let LookedUp { challenge, deliveries, payload } = found;
        let owner = (tenant.id(), challenge.id);
        let to = payload.and_then(|payload| payload::recipient(&self.keyring, owner, &payload));
        SeenVerification { status: self.challenges.status(&challenge), challenge, deliveries, to }
    }

    /// Returns a verification that was just begun. It is not read again, because that could fail although the code
    /// is on its way.
    fn begun(&self, minted: Minted, to: Address) -> SeenVerification {
        let challenge = self.challenges.minted(minted);
        let first = ChallengeDelivery {
            channel: challenge.channel,
            to: DeliveryRecipient { index: None, hint: Some(to.masked()), country: to.country() },
            route: None,
            status: DeliveryStatus::Queued,
            queued_at: challenge.minted_at(),
            at: None,
            error: None,
        };
        let status = self.challenges.status(&challenge);
        SeenVerification { challenge, status, deliveries: vec![first], to: Some(to) }
    }

    fn is_pending(&self, challenge: &Challenge) -> bool {
        self.challenges.status(challenge) == ChallengeStatus::Pending
    }

    fn is_over(&self, challenge: &Challenge) -> bool {
        self.clock.now() >= challenge.standing.expires_at
    }
}

fn check_bound(service: &VerifyService, bound: &BoundFields) -> Result<(), Refusal> {
    let is_complete = bound.iter().count() == 2;
    if service.settings.psd2 && !is_complete { Err(ServiceRefusal::BoundMissing.into()) } else { Ok(()) }
}
