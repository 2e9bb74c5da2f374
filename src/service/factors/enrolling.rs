//! Adding factors: with a secret that is drawn here, or one that an app holds already.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::totp::TotpSecret;
use crate::crypto::totp::import::{self, Imported};
use crate::domain::challenges::idempotency::Once;
use crate::domain::factors::factor::{Factor, FactorHandle, FactorId};
use crate::domain::factors::guard::Guard;
use crate::domain::factors::identity::Identity;
use crate::domain::factors::shape::TotpShape;
use crate::service::limits::rates::RateKind;
use crate::service::refusal::{FactorRefusal, Refusal};
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{FactorAdded, NewFactor};

use super::sealed::{self, Opened};
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
        self.rates.count(RateKind::Mint, tenant.rated(), tenant.gauge()).await?;
        let (now, entropy) = (self.clock.now(), self.entropy.as_ref());
        let id = FactorId(self.ids.next(now));
        let opened = Opened { secret, identity: new.identity };
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
        };
        let Opened { secret, identity } = opened;
        let indexes = self.keyring.identity_indexes(tenant.id(), &identity);
        let row = NewFactor { factor: factor.clone(), indexes, client_ip: new.client_ip, once: new.once };
        match self.store.add_factor(row).await? {
            FactorAdded::Added => {}
            FactorAdded::Repeated => return Err(Refusal::StillRunning),
            FactorAdded::TooMany => return Err(FactorRefusal::TooMany.into()),
        }
        let issuer = new.issuer.or(issuer).unwrap_or_else(|| tenant.name().to_owned());
        let account = new.account.or(account).unwrap_or_else(|| identity.as_str().to_owned());
        let uri = SecretString::from(secret.uri(shape, &issuer, &account).as_str());
        let secret = SecretString::from(secret.text().as_str());
        Ok(Enrolled { found: FoundFactor { factor, identity }, secret, uri })
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

fn invalid(field: &'static str, problem: &str) -> Refusal {
    FactorRefusal::Invalid { field, problem: problem.to_owned() }.into()
}
