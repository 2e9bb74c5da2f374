//! Hosted pages: whoever has the key of a challenge's page answers it there.
//!
//! The key of a page is not the shareable key, and is known to those whom the app sends there. So the
//! page tells how its challenge ended, which the API tells the tenant alone.

use std::net::IpAddr;
use std::time::Duration;

use crate::crypto::{Place, result_code};
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::code::parse_answer;
use crate::domain::challenges::details::{BoundFields, Details};
use crate::domain::challenges::return_url::Hosting;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::Sealed;
use crate::domain::tenants::brand::Brand;
use crate::domain::tenants::logo::LogoName;
use crate::domain::web_origin::WebOrigin;
use crate::store::{Hosted, NewResult, StoreError};

use super::{AuthenticatedTenant, Leaving, Refusal, Services, VerifyRequest, WayBack, Which, payload};

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

impl Services {
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
    pub async fn hosted(&self, key: &str, embedder: Option<&WebOrigin>) -> Result<HostedPage, Refusal> {
        let _turn = self.turn(None)?;
        let (found, hosting, way_back) = self.find_hosted(key, embedder).await?;
        let Hosted { tenant, challenge, .. } = found;
        let status = challenge.standing.status_at(self.clock.now());
        let (brand, logo) = (tenant.settings.brand, tenant.settings.logo);
        Ok(HostedPage { status, challenge, name: tenant.name, brand, logo, hosting, way_back })
    }

    /// Checks an answer that was typed on a page. With the right one the visitor leaves with a code for
    /// the result, which is recorded in the same decision.
    pub async fn answer_hosted(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        code: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<Leaving, Refusal> {
        let answer = parse_answer(code).ok_or(Refusal::NotACode)?;
        let _turn = self.turn(None)?;
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
        self.decide(request, answer).await?;
        Ok(way_back.with_result(result))
    }

    /// Sends the code of a page again.
    pub async fn resend_hosted(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let turn = self.turn(None)?;
        let (found, ..) = self.find_hosted(key, embedder).await?;
        self.resend_for_anybody(&found.tenant, &found.challenge, client_ip, turn).await
    }

    /// Calls the challenge of a page off. Its visitor, who has found that the code went to the wrong
    /// recipient, leaves.
    pub async fn cancel_hosted(&self, key: &str, embedder: Option<&WebOrigin>) -> Result<Leaving, Refusal> {
        let _turn = self.turn(None)?;
        let (found, _, way_back) = self.find_hosted(key, embedder).await?;
        self.call_off_found(found.tenant.id, found.challenge).await?;
        Ok(way_back.with_status(ChallengeStatus::Canceled))
    }

    /// Refuses a page that has no way back.
    pub(super) fn check_hosting(
        &self,
        tenant: &AuthenticatedTenant,
        details: &Details,
    ) -> Result<(), Refusal> {
        let Some(hosting) = details.hosting() else { return Ok(()) };
        if self.rules.public_url.is_none() {
            return Err(Refusal::NoPages);
        }
        let settings = &tenant.row().settings;
        if hosting.return_url.as_ref().is_some_and(|url| !settings.return_urls.contains(url)) {
            return Err(Refusal::ReturnUrlNotAllowed);
        }
        if hosting.embed && settings.allowed_origins.is_empty() {
            return Err(Refusal::NobodyEmbeds);
        }
        Ok(())
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
