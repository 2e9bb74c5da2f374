//! The signing secrets of an endpoint, sealed in its row: the present one, and for a while its
//! predecessor.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::crypto::webhook::{NotASecret, SigningSecret};
use crate::domain::id::TenantId;
use crate::domain::random::Entropy;
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::webhook::WebhookId;

/// The secrets that sign.
pub(super) struct Secrets {
    current: SigningSecret,
    /// The previous secret, and when it stops signing.
    former: Option<(SigningSecret, Timestamp)>,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct PlainSecrets {
    current: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    former: Option<String>,
    #[serde(default)]
    former_until: i64,
}

fn place(tenant: TenantId, webhook: WebhookId) -> Place<'static> {
    Place { table: "webhooks", column: "secrets", tenant, row: webhook.0 }
}

impl Secrets {
    /// Creates the secrets of a new endpoint.
    pub(super) fn first(current: SigningSecret) -> Self {
        Self { current, former: None }
    }

    /// Adds a new secret; the present one also signs until `until`.
    pub(super) fn followed_by(self, next: SigningSecret, until: Timestamp) -> Self {
        Self { current: next, former: Some((self.current, until)) }
    }

    pub(super) fn seal(
        &self,
        keyring: &Keyring,
        entropy: &dyn Entropy,
        tenant: TenantId,
        webhook: WebhookId,
    ) -> Sealed {
        let plain = PlainSecrets {
            current: self.current.expose().to_owned(),
            former: self.former.as_ref().map(|(secret, _)| secret.expose().to_owned()),
            former_until: self.former.as_ref().map_or(0, |(_, until)| until.as_millis()),
        };
        // A struct of texts and a number always serialises.
        let json = Zeroizing::new(serde_json::to_vec(&plain).unwrap_or_default());
        keyring.seal(&place(tenant, webhook), &json, entropy)
    }

    /// Opens the secrets; returns `None` if they were altered or moved, or were not sealed by us.
    pub(super) fn open(
        keyring: &Keyring,
        tenant: TenantId,
        webhook: WebhookId,
        sealed: &Sealed,
    ) -> Option<Self> {
        let json = keyring.open_sealed(&place(tenant, webhook), sealed).ok()?;
        let plain: PlainSecrets = serde_json::from_slice(&json).ok()?;
        let former = plain.former.as_deref().map(SigningSecret::kept).transpose().ok()?;
        let until = Timestamp::from_millis(plain.former_until);
        let current = SigningSecret::kept(&plain.current).ok()?;
        Some(Self { current, former: former.map(|secret| (secret, until)) })
    }

    /// Signs with each secret that is valid at `now`, newest first.
    pub(super) fn sign(&self, id: &str, now: Timestamp, body: &str) -> Result<String, NotASecret> {
        let seconds = now.as_millis().div_euclid(1_000);
        let former = self.former.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let signatures = [Some(&self.current), former];
        let signatures = signatures.into_iter().flatten().map(|secret| secret.sign(id, seconds, body));
        Ok(signatures.collect::<Result<Vec<_>, _>>()?.join(" "))
    }
}
