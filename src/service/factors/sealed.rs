//! What a factor keeps sealed in its row: the secret, and whose it is.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::crypto::totp::TotpSecret;
use crate::domain::challenges::return_url::ReturnUrl;
use crate::domain::factors::factor::{Factor, FactorId};
use crate::domain::factors::identity::Identity;
use crate::domain::id::TenantId;
use crate::domain::locale::Locale;
use crate::domain::random::Entropy;
use crate::domain::secret::Sealed;

/// The opened content of a factor.
pub(super) struct Opened {
    pub(super) secret: TotpSecret,
    pub(super) identity: Identity,
    pub(super) page: Option<EnrolmentPage>,
}

/// What the page needs on which a user sets up the app.
pub(super) struct EnrolmentPage {
    pub(super) return_url: ReturnUrl,
    pub(super) issuer: String,
    pub(super) account: String,
    pub(super) locale: Option<Locale>,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct PlainFactor {
    /// In base32.
    secret: String,
    identity: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<PlainPage>,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct PlainPage {
    return_url: String,
    issuer: String,
    account: String,
    locale: Option<String>,
}

fn place(tenant: TenantId, factor: FactorId) -> Place<'static> {
    Place { table: "factors", column: "secret", tenant, row: factor.0 }
}

/// Seals the content of a factor to its row.
pub(super) fn seal(
    keyring: &Keyring,
    entropy: &dyn Entropy,
    (tenant, factor): (TenantId, FactorId),
    opened: &Opened,
) -> Sealed {
    let secret = opened.secret.text().as_str().to_owned();
    let page = opened.page.as_ref().map(|page| PlainPage {
        return_url: page.return_url.as_str().to_owned(),
        issuer: page.issuer.clone(),
        account: page.account.clone(),
        locale: page.locale.as_ref().map(|locale| locale.as_str().to_owned()),
    });
    let plain = PlainFactor { secret, identity: opened.identity.as_str().to_owned(), page };
    // A struct of texts always serialises.
    let json = Zeroizing::new(serde_json::to_vec(&plain).unwrap_or_default());
    keyring.seal(&place(tenant, factor), &json, entropy)
}

/// Opens the content of a factor; returns `None` if it was altered or moved, or was not sealed by us.
pub(super) fn open(keyring: &Keyring, factor: &Factor) -> Option<Opened> {
    let json = keyring.open_sealed(&place(factor.tenant, factor.id), &factor.secret).ok()?;
    let plain: PlainFactor = serde_json::from_slice(&json).ok()?;
    let page = plain.page.as_ref().and_then(|page| {
        Some(EnrolmentPage {
            return_url: ReturnUrl::parse(&page.return_url).ok()?,
            issuer: page.issuer.clone(),
            account: page.account.clone(),
            locale: page.locale.as_deref().and_then(Locale::parse),
        })
    });
    let (secret, identity) = (TotpSecret::parse(&plain.secret)?, Identity::parse(&plain.identity)?);
    Some(Opened { secret, identity, page })
}
