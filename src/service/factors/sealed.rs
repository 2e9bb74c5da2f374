//! What a factor keeps sealed in its row: the secret, and whose it is.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::crypto::totp::TotpSecret;
use crate::domain::factors::factor::{Factor, FactorId};
use crate::domain::factors::identity::Identity;
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::secret::Sealed;

/// The opened content of a factor.
pub(super) struct Opened {
    pub(super) secret: TotpSecret,
    pub(super) identity: Identity,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct PlainFactor {
    /// In base32.
    secret: String,
    identity: String,
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
    let plain = PlainFactor { secret, identity: opened.identity.as_str().to_owned() };
    // A struct of texts always serialises.
    let json = Zeroizing::new(serde_json::to_vec(&plain).unwrap_or_default());
    keyring.seal(&place(tenant, factor), &json, entropy)
}

/// Opens the content of a factor; returns `None` if it was altered or moved, or was not sealed by us.
pub(super) fn open(keyring: &Keyring, factor: &Factor) -> Option<Opened> {
    let json = keyring.open_sealed(&place(factor.tenant, factor.id), &factor.secret).ok()?;
    let plain: PlainFactor = serde_json::from_slice(&json).ok()?;
    Some(Opened { secret: TotpSecret::parse(&plain.secret)?, identity: Identity::parse(&plain.identity)? })
}
