//! Hosted pages, on which somebody who has a challenge's page key answers it.
//!
//! The page key is not the shareable key, and only those whom the app sends to the page know it.
//! Therefore the page shows how its challenge ended, which the API reveals to the tenant only.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::crypto::shareable_key::Codec;
use crate::crypto::{Place, result_code};
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::parse_answer;
use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::device::Device;
use crate::domain::challenges::return_url::Hosting;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::random::Entropy;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::Sealed;
use crate::domain::tenants::brand::Brand;
use crate::domain::tenants::logo::LogoName;
use crate::domain::tenants::route::Route;
use crate::domain::time::Clock;
use crate::domain::web_origin::WebOrigin;
use crate::service::admission::Admission;
use crate::service::idempotency::conditions::RequestConditions;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::routes::senders::Senders;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::loaded::TenantLoader;
use crate::store::{Hosted, NewResult, Store, StoreError};

use super::brake::{Brake, Waited};
use super::challenge::Challenges;
use super::issue::Issuer;
use super::payload;
use super::verify::{ChallengeReference, Verification, VerifyRequest};
use super::way_back::{Leaving, WayBack};

/// How long an app has to fetch a result.
const RESULT_LIFETIME: Duration = Duration::from_secs(60);

/// A challenge, as its page shows it.
#[derive(Clone, Debug)]
pub struct HostedPage {
    /// The challenge.
    pub challenge: Challenge,
    /// The current status.
    pub status: ChallengeStatus,
    /// How many digits the code has; `None` for another kind of code, or none yet.
    pub digits: Option<u32>,
    /// The address that the mail with the code comes from; `None` if it may be one of several, or none.
    pub from: Option<String>,
    /// The channels that the visitor may have the code sent over instead.
    pub instead: Vec<ChannelKind>,
    /// The tenant's name; may be empty.
    pub name: String,
    /// The tenant's colours.
    pub brand: Brand,
    /// The tenant's logo.
    pub logo: Option<LogoName>,
    /// The challenge's settings for the page.
    pub hosting: Hosting,
    /// How the visitor gets back to the app.
    pub way_back: WayBack,
    /// What an answer has to wait for.
    pub brake: Option<Brake>,
}

/// The hosted pages of challenges.
pub struct HostedPages {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) codec: Codec,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) rules: Arc<Rules>,
    pub(super) admission: Arc<Admission>,
    pub(super) loader: Arc<TenantLoader>,
    senders: Arc<Senders>,
    pub(super) issuer: Arc<Issuer>,
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
            admission: Arc::clone(&shared.admission),
            loader: Arc::clone(&shared.loader),
            senders: Arc::clone(&shared.senders),
            issuer: Arc::clone(&challenges.issuer),
            challenges,
            verification,
        }
    }
}

impl HostedPages {
    /// Returns the origin under which browsers see this server; `None` if there are no hosted pages.
    pub fn public_url(&self) -> Option<&WebOrigin> {
        self.rules.public_url.as_ref()
    }

    /// Returns the URL of a challenge's page, if it has one.
    pub fn page_url(&self, challenge: &Challenge) -> Option<String> {
        challenge.details.hosting()?;
        let key = self.codec.encode_page(challenge.id);
        self.public_url().map(|origin| format!("{origin}/c/{key}"))
    }

    /// Returns the challenge of a page that claims to be in a frame of `embedder`. Changes nothing.
    pub async fn find(&self, key: &str, embedder: Option<&WebOrigin>) -> Result<HostedPage, Refusal> {
        let _permit = self.admission.admit(None)?;
        let (found, hosting, way_back) = self.find_hosted(key, embedder).await?;
        let instead = self.channels_instead(&found).await?;
        let from = self.mails_from(&found).await?;
        let brake = Brake::of(&found, &self.keyring, self.clock.now());
        let Hosted { tenant, mut challenge, payload, space } = found;
        if let (Some(to), Some(payload)) = (&mut challenge.to, &payload)
            && let Some(address) = payload::recipient(&self.keyring, (tenant.id, challenge.id), payload)
        {
            *to = address.shown(tenant.settings.page_mask);
        }
        let digits = digits(space);
        let status = challenge.standing.status_at(self.clock.now());
        let (brand, logo) = (tenant.settings.brand, tenant.settings.logo);
        let name = tenant.name;
        Ok(HostedPage {
            status,
            challenge,
            digits,
            from,
            instead,
            name,
            brand,
            logo,
            hosting,
            way_back,
            brake,
        })
    }

    /// Returns the address that the mail of a page comes from, where all routes of the tenant have the same.
    async fn mails_from(&self, found: &Hosted) -> Result<Option<String>, Refusal> {
        if found.challenge.channel != ChannelKind::Email || found.challenge.to.is_none() {
            return Ok(None);
        }
        let sender = self.senders.of(&found.tenant).await?;
        let mut all = sender.routes.iter().filter_map(Route::smtp).map(|smtp| smtp.from.as_str());
        let first = all.next();
        Ok(first.filter(|first| all.all(|other| other == *first)).map(str::to_owned))
    }

    /// Checks an answer that was typed on a page. If it is right, the visitor leaves with a result
    /// code, which is recorded in the same transaction.
    pub async fn answer(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        (code, waited): (&str, Waited<'_>),
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
        waited.check(&found, &self.keyring, self.clock.now())?;
        let new = self.result(found.tenant.id, id, payload, &result)?;
        let (reference, bound) = (ChallengeReference::Hosted(id, &new), BoundFields::default());
        let (tenant, device) = (None, Device::Unknown);
        let request = VerifyRequest { reference, code, bound, tenant, device, client_ip, once: None };
        self.verification.decide(request, answer).await?;
        Ok(way_back.with_result(result))
    }

    /// Sends the code of a page again, over the same channel or another one that the page offers.
    pub async fn resend(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        wish: Option<ChannelKind>,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let permit = self.admission.admit(None)?;
        let (found, ..) = self.find_hosted(key, embedder).await?;
        let tenant = self.loader.load(found.tenant.clone()).await?;
        let cause = self.wished(&tenant, &found, wish)?;
        self.challenges.resend_for_anybody(&tenant, cause, client_ip, permit).await
    }

    /// Cancels the challenge of a page. Its visitor, who noticed that the code went to the wrong
    /// recipient, leaves.
    pub async fn cancel(
        &self,
        key: &str,
        embedder: Option<&WebOrigin>,
        client_ip: Option<IpAddr>,
    ) -> Result<Leaving, Refusal> {
        let _permit = self.admission.admit(None)?;
        let (found, _, way_back) = self.find_hosted(key, embedder).await?;
        let (by, unconditional) = (Actor::at(client_ip), RequestConditions::default());
        self.challenges.cancel_found((found.tenant.id, &unconditional), found.challenge, by).await?;
        Ok(way_back.with_status(ChallengeStatus::Canceled))
    }

    /// Returns the challenge of a page, if there is a way back from it. When a return URL or an
    /// origin is removed from the tenant's list, the pages that lead there stop working too.
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

    /// Creates the result to record. It includes the recipient, because that of the challenge is
    /// erased upon verification.
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

/// Returns how many digits a code has of which there are so many; `None` if it may have letters.
fn digits(space: i64) -> Option<u32> {
    let digits = space.checked_ilog10()?;
    (10_i64.checked_pow(digits) == Some(space)).then_some(digits)
}

/// Returns the place that the recipient of a result is sealed to.
pub(super) fn place(tenant: TenantId, challenge: ChallengeId) -> Place<'static> {
    Place { table: "results", column: "recipient", tenant, row: challenge.0 }
}
