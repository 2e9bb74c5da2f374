//! The page on which a user sets up an authenticator app, and its result, which the app fetches once.
//!
//! The page key names the factor's row and opens nothing else. Whoever has it sees the secret while the factor
//! waits for its first code, at most for [`PAGE_LIFETIME`].

use std::net::IpAddr;

use secrecy::SecretString;

use crate::crypto::result_code;
use crate::crypto::totp::TotpSecret;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::ReturnUrl;
use crate::domain::factors::answer::FactorAnswer;
use crate::domain::factors::factor::{Factor, FactorChannel, FactorStatus, PAGE_LIFETIME};
use crate::domain::locale::Locale;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::brand::Brand;
use crate::domain::tenants::logo::LogoName;
use crate::domain::tenants::tenant::Tenant;
use crate::domain::time::Timestamp;
use crate::service::limits::gauge::Gauge;
use crate::service::limits::rates::RateKind;
use crate::service::refusal::{FactorRefusal, Refusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{FactorAim, FactorChange, NewFactorResult};

use super::answering::{Asked, Checked, not_a_code};
use super::sealed::{EnrolmentPage, Opened};
use super::tenant_factors::{Factors, FoundFactor};

/// How a page is to be shown, and where it leads to.
#[derive(Clone, Debug)]
pub struct PageWish {
    /// Where the visitor returns to.
    pub return_url: ReturnUrl,
    /// The language.
    pub locale: Option<Locale>,
}

/// A factor, as its page shows it.
pub struct FactorPage {
    /// What the page is about.
    pub state: FactorPageState,
    /// The tenant's name; may be empty.
    pub name: String,
    /// The tenant's colours.
    pub brand: Brand,
    /// The tenant's logo.
    pub logo: Option<LogoName>,
    /// The language that the app asked for.
    pub locale: Option<Locale>,
    /// The tenant's language.
    pub default_locale: Option<Locale>,
    /// Where the visitor returns to.
    pub return_url: ReturnUrl,
}

/// What a page of a factor is about. It has no `Debug`, because it may show the secret.
pub enum FactorPageState {
    /// The app is to be set up.
    Waiting {
        /// The secret as a person types it.
        secret: SecretString,
        /// The URI that an app reads.
        uri: SecretString,
        /// The end of the page.
        until: Timestamp,
    },
    /// The app was set up.
    Confirmed,
    /// The time of the page is over.
    Over,
}

/// A factor that was just confirmed on its page.
pub struct PageConfirmed {
    /// The page.
    pub page: FactorPage,
    /// The recovery codes, which are shown only this once.
    pub recovery_codes: Vec<SecretString>,
    /// Where the visitor goes next, with the result.
    pub there: String,
}

/// What a page key leads to.
struct Hosted {
    tenant: Tenant,
    factor: Factor,
    secret: TotpSecret,
    page: EnrolmentPage,
}

impl Factors {
    /// Refuses a page that has no way back.
    pub(super) fn check_page(
        &self,
        tenant: &AuthenticatedTenant,
        wish: Option<&PageWish>,
    ) -> Result<(), Refusal> {
        let Some(wish) = wish else { return Ok(()) };
        if self.rules.public_url.is_none() {
            return Err(Refusal::NoPages);
        }
        match tenant.row().settings.return_urls.contains(&wish.return_url) {
            true => Ok(()),
            false => Err(Refusal::ReturnUrlNotAllowed),
        }
    }

    /// Returns the URL of a factor's page.
    pub(super) fn page_url(&self, factor: &Factor) -> Option<String> {
        let key = self.codec.encode_factor_page(factor.id);
        self.rules.public_url.as_ref().map(|origin| format!("{origin}/f/{key}"))
    }

    /// Returns what a page shows. Changes nothing.
    pub async fn page(&self, key: &str) -> Result<FactorPage, Refusal> {
        let _permit = self.admission.admit(None)?;
        let hosted = self.hosted(key).await?;
        Ok(self.shown(hosted))
    }

    /// Confirms a factor by the first code, as typed on its page.
    pub async fn confirm_on_page(
        &self,
        key: &str,
        code: &str,
        client_ip: Option<IpAddr>,
    ) -> Result<PageConfirmed, Refusal> {
        let answer = FactorAnswer::parse(code).ok_or_else(not_a_code)?;
        let _permit = self.admission.admit(None)?;
        let hosted = self.hosted(key).await?;
        let now = self.clock.now();
        let (tenant, factor) = (hosted.tenant.id, &hosted.factor);
        if now >= factor.created_at + PAGE_LIFETIME {
            return Err(FactorRefusal::Unknown.into());
        }
        // The answer has no header for the state of the rate.
        let rated = (tenant, &hosted.tenant.limits);
        self.rates.count(RateKind::Verify, rated, &Gauge::default()).await?;
        let by = Actor::at(client_ip);
        let on = FactorChange { tenant, handle: factor.handle.clone(), now, by };
        let (rows, recovery_codes) = self.draw_codes(&on);
        let code_of_result = result_code::draw(self.entropy.as_ref());
        let hashes = self.keyring.result_hashes(tenant, &code_of_result);
        let Some(hash) = hashes.first().copied() else { unreachable!("a keyring has a key in use") };
        // As long as the page: its visitor has codes to write down first.
        let result = NewFactorResult { hash, expires_at: now + PAGE_LIFETIME };
        let (aim, in_sandbox) = (FactorAim::Confirm(rows), hosted.tenant.sandbox_of.is_some());
        let asked = Asked { aim, purpose: None, result: Some(result), in_sandbox };
        self.judge(on, asked, answer, None).await?;
        let there = hosted.page.return_url.with_result(&code_of_result);
        let confirmed = Factor { confirmed_at: Some(now), ..hosted.factor.clone() };
        let page = self.shown(Hosted { factor: confirmed, ..hosted });
        Ok(PageConfirmed { page, recovery_codes, there })
    }

    /// Exchanges the result of a page for its factor and a receipt. The code is consumed.
    pub async fn exchange(&self, tenant: &AuthenticatedTenant, code: &str) -> Result<Checked, Refusal> {
        let _permit = self.admission.admit(Some(tenant.waiters()))?;
        self.rates.count(RateKind::Verify, tenant.rated(), tenant.gauge()).await?;
        let hashes = self.keyring.result_hashes(tenant.id(), code);
        let taken = self.store.take_factor_result(tenant.id(), hashes, self.clock.now()).await?;
        let (factor, step) = taken.ok_or(Refusal::UnknownResult)?;
        let identity = self.open(&factor).await?.identity;
        let found = FoundFactor { factor, identity };
        let proof = (FactorChannel::Totp, step);
        let receipt = self.sign(tenant, &found, proof, (&Purpose::VERIFICATION, None));
        Ok(Checked { found, channel: FactorChannel::Totp, receipt })
    }

    /// Returns the factor of a page, if there is a way back from it.
    async fn hosted(&self, key: &str) -> Result<Hosted, Refusal> {
        let id = self.codec.decode_factor_page(key).ok_or(FactorRefusal::Unknown)?;
        let (tenant, factor) = self.store.hosted_factor(id).await?.ok_or(FactorRefusal::Unknown)?;
        let Opened { secret, page, .. } = self.open(&factor).await?;
        let page = page.filter(|page| tenant.settings.return_urls.contains(&page.return_url));
        let page = page.ok_or(FactorRefusal::Unknown)?;
        Ok(Hosted { tenant, factor, secret, page })
    }

    fn shown(&self, hosted: Hosted) -> FactorPage {
        let Hosted { tenant, factor, secret, page } = hosted;
        let until = factor.created_at + PAGE_LIFETIME;
        let state = match factor.status() {
            FactorStatus::Active => FactorPageState::Confirmed,
            FactorStatus::Unconfirmed if self.clock.now() >= until => FactorPageState::Over,
            FactorStatus::Unconfirmed => FactorPageState::Waiting {
                uri: SecretString::from(secret.uri(factor.shape, &page.issuer, &page.account).as_str()),
                secret: SecretString::from(secret.text().as_str()),
                until,
            },
        };
        FactorPage {
            state,
            name: tenant.name,
            brand: tenant.settings.brand,
            logo: tenant.settings.logo,
            locale: page.locale,
            default_locale: tenant.settings.locale,
            return_url: page.return_url,
        }
    }
}
