//! Adding factors: with a secret that is drawn here, or one that an app holds already.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::crypto::totp::TotpSecret;
use crate::crypto::totp::import::{self, Imported};
use crate::domain::challenges::idempotency::Once;
use crate::domain::factors::factor::{Factor, FactorHandle, FactorId};
use crate::domain::factors::guard::Guard;
use crate::domain::factors::identity::Identity;
use crate::domain::factors::shape::TotpShape;
use crate::service::idempotency::conditions::{SecretSealer, with_secret};
use crate::service::limits::rates::RateKind;
use crate::service::refusal::{FactorRefusal, Refusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{FactorAdded, NewFactor};

use super::hosted::PageWish;
use super::sealed::{self, EnrolmentPage, Opened};
use super::tenant_factors::{Factors, FoundFactor};

/// A factor to add. It has no `Debug`, because it may bring a secret.
pub struct Enrolment {
    /// Whose it is.
    pub identity: Identity,
    /// What the app shows as the issuer; the tenant's name if absent.
    pub issuer: Option<String>,
    /// What the app shows as the account; the identity if absent.
    pub account: Option<String>,
    /// Where the secret comes from.
    pub source: SecretSource,
    /// The page on which the user sets up the app, if there is to be one.
    pub page: Option<PageWish>,
    /// Whether an imported factor is active at once.
    pub confirmed: bool,
    /// The client's address.
    pub client_ip: Option<IpAddr>,
    /// How a repetition of the request is recognised.
    pub once: Option<Once>,
}

/// Where the secret of a factor comes from.
pub enum SecretSource {
    /// It is drawn here.
    Drawn(TotpShape),
    /// The tenant has it in base32.
    Text(SecretString, TotpShape),
    /// The tenant has it in a URI.
    Uri(SecretString),
}

/// A factor that was just added. Its secret is shown only this once.
pub struct Enrolled {
    /// The factor.
    pub found: FoundFactor,
    /// The secret as a person types it.
    pub secret: SecretString,
    /// The URI that an app reads.
    pub uri: SecretString,
    /// The URL of the page that shows them instead, if one was asked for.
    pub page_url: Option<String>,
}

impl Factors {
    /// Adds a factor. It does not replace another one of the same identity.
    pub async fn enrol(&self, tenant: &AuthenticatedTenant, new: Enrolment) -> Result<Enrolled, Refusal> {
        let Imported { secret, shape, issuer, account } = self.secret(&new.source)?;
        if new.confirmed && matches!(new.source, SecretSource::Drawn(_)) {
            return Err(invalid(
                "confirmed",
                "only a factor with `secret` or `uri` may be confirmed at once",
            ));
        }
        if new.confirmed && new.page.is_some() {
            return Err(invalid("confirmed", "a confirmed factor needs no page: leave out `return_url`"));
        }
        self.check_page(tenant, new.page.as_ref())?;
        self.rates.count(RateKind::Mint, tenant.rated(), tenant.gauge()).await?;
        let (now, entropy) = (self.clock.now(), self.entropy.as_ref());
        let id = FactorId(self.ids.next(now));
        let identity = new.identity;
        let issuer = new.issuer.or(issuer).unwrap_or_else(|| tenant.name().to_owned());
        let account = new.account.or(account).unwrap_or_else(|| identity.as_str().to_owned());
        let page = new.page.map(|PageWish { return_url, locale }| EnrolmentPage {
            return_url,
            locale,
            issuer: issuer.clone(),
            account: account.clone(),
        });
        let opened = Opened { secret, identity, page };
        let factor = Factor {
            id,
            handle: FactorHandle::draw(entropy),
            tenant: tenant.id(),
            shape,
            secret: sealed::seal(&self.keyring, entropy, (tenant.id(), id), &opened),
            created_at: now,
            confirmed_at: new.confirmed.then_some(now),
            used_at: None,
            last_step: 0,
            guard: Guard::default(),
            recovery_codes: 0,
            revision: 0,
        };
        let Opened { secret, identity, page } = opened;
        let page_url = page.and_then(|_| self.page_url(&factor));
        let indexes = self.keyring.identity_indexes(tenant.id(), &identity);
        let uri = SecretString::from(secret.uri(shape, &issuer, &account).as_str());
        let secret = SecretString::from(secret.text().as_str());
        let fields = page_url.is_none().then(|| secret_fields(&secret, &uri));
        let sealer = SecretSealer { keyring: &self.keyring, entropy, now };
        let seal = |once| with_secret(once, tenant.id(), fields.as_ref().map(|text| text.as_str()), sealer);
        let (once, by) = (new.once.map(seal), tenant.actor(new.client_ip));
        let row = NewFactor { factor: factor.clone(), indexes, by, once };
        match self.store.add_factor(row).await? {
            FactorAdded::Added => {}
            FactorAdded::Repeated => return Err(Refusal::StillRunning),
            FactorAdded::TooMany => return Err(FactorRefusal::TooMany.into()),
        }
        Ok(Enrolled { found: FoundFactor { factor, identity }, secret, uri, page_url })
    }

    fn secret(&self, source: &SecretSource) -> Result<Imported, Refusal> {
        let (secret, shape) = match source {
            SecretSource::Drawn(shape) => {
                (TotpSecret::draw(shape.algorithm(), self.entropy.as_ref()), *shape)
            }
            SecretSource::Text(text, shape) => {
                let secret = TotpSecret::parse(text.expose_secret());
                let wrong = || invalid("secret", "10 to 64 bytes in base32: letters, and digits from 2 to 7");
                (secret.ok_or_else(wrong)?, *shape)
            }
            SecretSource::Uri(uri) => {
                let imported = import::parse(uri.expose_secret());
                return imported.map_err(|error| invalid("uri", &error.to_string()));
            }
        };
        Ok(Imported { secret, shape, issuer: None, account: None })
    }
}

/// The fields of the answer that have the secret, as JSON. The pictures can be made again.
fn secret_fields(secret: &SecretString, uri: &SecretString) -> Zeroizing<String> {
    let (secret, uri) = (secret.expose_secret(), uri.expose_secret());
    Zeroizing::new(serde_json::json!({ "secret": secret, "uri": uri }).to_string())
}

fn invalid(field: &'static str, problem: &str) -> Refusal {
    FactorRefusal::Invalid { field, problem: problem.to_owned() }.into()
}
