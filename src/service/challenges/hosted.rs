//! Hosted pages: whoever has the key of a challenge's page answers it there.
//!
//! The key of a page is not the shareable key, and is known to those whom the app sends there. So the
//! page tells how its challenge ended, which the API tells the tenant alone.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::crypto::shareable_key::Codec;
use crate::crypto::{Place, result_code};
use crate::delivery::Outbox;
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::code::parse_answer;
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::return_url::Hosting;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::random::Entropy;
use crate::domain::secret::Sealed;
use crate::domain::tenants::brand::Brand;
use crate::domain::tenants::logo::LogoName;
use crate::domain::time::Clock;
use crate::domain::web_origin::WebOrigin;
use crate::service::admission::Admission;
use crate::service::limits::rates::TenantRates;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::routes::senders::Senders;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::store::{Hosted, NewResult, Store, StoreError};

use super::challenge::Challenges;
use super::payload;
use super::verify::{Verification, VerifyRequest, Which};
use super::way_back::{Leaving, WayBack};

/// How long an app has for fetching a result.
const RESULT_LIFETIME: Duration = Duration::from_secs(60);

/// A challenge, as its page shows it.
#[derive(Clone, Debug)]
pub struct HostedPage {
    /// The challenge.
    pub challenge: Challenge,
    /// Where it stands now.
    pub status: ChallengeStatus,
    /// What its tenant calls itself; may be empty.
    pub name: String,
    /// The colours of its tenant.
    pub brand: Brand,
    /// The logo of its tenant.
    pub logo: Option<LogoName>,
    /// What the challenge keeps for it.
    pub hosting: Hosting,
    /// How its visitor gets back to the app.
    pub way_back: WayBack,
}

/// The pages of challenges.
pub struct HostedPages {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) codec: Codec,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) rules: Arc<Rules>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) admission: Arc<Admission>,
    pub(super) rates: Arc<TenantRates>,
    pub(super) senders: Arc<Senders>,
    pub(super) challenges: Arc<Challenges>,
    pub(super) verification: Arc<Verification>,
}

impl HostedPages {
    pub(in crate::service) fn new(
        parts: &Parts,
        shared: &Shared,
        challenges: Arc<Challenges>,
        verification: Arc<Verification>,
    ) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            codec: parts.keyring.shareable_keys(),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            rules: Arc::clone(&parts.rules),
            outbox: Arc::clone(&parts.outbox),
            admission: Arc::clone(&shared.admission),
            rates: Arc::clone(&shared.rates),
            senders: Arc::clone(&shared.senders),
            challenges,
            verification,
        }
    }
}

impl HostedPages {
    /// From where this server is seen by browsers; `None` when it has no pages.
    pub fn public_url(&self) -> Option<&WebOrigin> {
        self.rules.public_url.as_ref()
    }

    /// Where the page of a challenge is, if it has one.
    pub fn page_url(&self, challenge: &Challenge) -> Option<String> {
        challenge.details.hosting()?;
        let key = self.codec.encode_page(challenge.id);
        self.public_url().map(|origin| format!("{origin}/c/{key}"))
    }

    /// The challenge of a page, which says to be in a frame of `embedder`. Looking changes nothing.
    pub async fn find(&self, key: &str, embedder: Option<&WebOrigin>) -> Result<HostedPage, Refusal> {
        let _permit = self.admission.admit(None)?;
        let (found, hosting, way_back) = self.find_hosted(key, embedder).await?;
        let Hosted { tenant, challenge, .. } = found;
        let status = challenge.standing.status_at(self.clock.now());
        let (brand, logo) = (tenant.settings.brand, tenant.settings.logo);
        Ok(HostedPage { status, challenge, name: tenant.name, brand, logo, hosting, way_back })
    }

    /// Checks an answer that was typed on a page. With the right one the visitor leaves with a code for
    /// the result, which is recorded in the same decision.
    pub async fn answer(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        code: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<Leaving, Refusal> {
        let answer = parse_answer(code).ok_or(Refusal::NotACode)?;
        let _permit = self.admission.admit(None)?;
        let (found, _, way_back) = self.find_hosted(key, embedder).await?;
        let id = found.challenge.id;
        let Some(payload) = &found.payload else {
            return Err(Refusal::Ended(found.challenge.standing.status_at(self.clock.now())));
        };
        let result = result_code::draw(self.entropy.as_ref());
        if found.challenge.to.is_none() {
            return Err(Refusal::NoRecipient);
        }
        let new = self.result(found.tenant.id, id, payload, &result)?;
        let (which, bound) = (Which::Hosted(id, &new), BoundFields::default());
        let request = VerifyRequest { which, code, bound, tenant: None, client_ip, once: None };
        self.verification.decide(request, answer).await?;
        Ok(way_back.with_result(result))
    }

    /// Sends the code of a page again.
    pub async fn resend(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let permit = self.admission.admit(None)?;
        let (found, ..) = self.find_hosted(key, embedder).await?;
        self.challenges.resend_for_anybody(&found.tenant, &found.challenge, client_ip, permit).await
    }

    /// Calls the challenge of a page off. Its visitor, who has found that the code went to the wrong
    /// recipient, leaves.
    pub async fn cancel(&self, key: &str, embedder: Option<&WebOrigin>) -> Result<Leaving, Refusal> {
        let _permit = self.admission.admit(None)?;
        let (found, _, way_back) = self.find_hosted(key, embedder).await?;
        self.challenges.call_off_found(found.tenant.id, found.challenge).await?;
        Ok(way_back.with_status(ChallengeStatus::Canceled))
    }

    /// The challenge of a page, if there is a way back from it: an address or an origin that was taken
    /// off its list takes the pages with it that lead there.
    pub(super) async fn find_hosted(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
    ) -> Result<(Hosted, Hosting, WayBack), Refusal> {
        let id = self.codec.decode_page(key).ok_or(Refusal::UnknownChallenge)?;
        let found = self.store.hosted_challenge(id).await?.ok_or(Refusal::UnknownChallenge)?;
        let hosting = found.challenge.details.hosting().cloned().ok_or(Refusal::UnknownChallenge)?;
        let way_back = WayBack::of(&hosting, &found.tenant.settings, embedder);
        way_back.map(|way_back| (found, hosting, way_back)).ok_or(Refusal::UnknownChallenge)
    }

    /// What is recorded of a result. The recipient goes along because the challenge's own is erased when
    /// it is verified.
    fn result(
        &self,
        tenant: TenantId,
        challenge: ChallengeId,
        payload: &Sealed,
        code: &str,
    ) -> Result<NewResult, Refusal> {
        let recipient = payload::recipient(&self.keyring, (tenant, challenge), payload);
        let recipient = recipient.ok_or(Refusal::Store(StoreError::Unavailable))?;
        let hashes = self.keyring.result_hashes(tenant, code);
        let Some(hash) = hashes.first().copied() else { unreachable!("a keyring has a key in use") };
        let place = place(tenant, challenge);
        Ok(NewResult {
            message: payload.clone(),
            hash,
            recipient: self.keyring.seal(&place, recipient.as_str().as_bytes(), self.entropy.as_ref()),
            expires_at: self.clock.now() + RESULT_LIFETIME,
        })
    }
}

/// Where the recipient of a result is sealed to.
pub(super) fn place(tenant: TenantId, challenge: ChallengeId) -> Place<'static> {
    Place { table: "results", column: "recipient", tenant, row: challenge.0 }
}
