//! Secret keys in answers.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::sid::Sid;
use crate::domain::tenants::allowed_networks::MAX_NETWORKS;
use crate::domain::tenants::credential::{KeyHandle, KeyInfo, Scope};
use crate::domain::time::Timestamp;
use crate::service::{NewSecret, key_sid};

use crate::http::shared::bodies::secret_key::ScopeName;
use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::part;
use crate::http::shared::description::words;
use crate::http::v1::page;

/// A secret key, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = SecretKey)]
pub(crate) struct KeyView {
    /// The handle of the key, which is not secret.
    key: KeyHandle,
    /// The name of the key. A key that is rotated keeps its name.
    #[schema(max_length = 100)]
    name: String,
    /// What the key may be used for.
    #[schema(value_type = Vec<ScopeName>, max_items = 6)]
    scopes: Vec<&'static str>,
    /// The last four characters of the secret.
    #[schema(max_length = 16)]
    hint: String,
    /// When the key was made.
    created_at: Timestamp,
    /// When the key ends: a chosen end, or that of the overlap of a replaced key. Null for a key that does not end.
    #[schema(required)]
    expires_at: Option<Timestamp>,
    /// When a newer key took over; null for a key that was not replaced.
    #[schema(required)]
    replaced_at: Option<Timestamp>,
    /// When the key was last used, up to five minutes late; null for a key that was never used.
    #[schema(required)]
    last_used_at: Option<Timestamp>,
    /// The addresses and networks from which the key may be used; null for everywhere.
    #[schema(schema_with = allowed_networks)]
    allowed_networks: Option<Vec<String>>,
    /// The sid of the key: a user of the Twilio API.
    #[schema(value_type = String, pattern = "^SK[0-9a-f]{32}$", min_length = 34, max_length = 34)]
    sid: Sid,
}

/// A new secret key.
#[derive(Serialize, ToSchema)]
#[schema(as = NewSecretKey)]
pub(crate) struct NewKeyView {
    #[serde(flatten)]
    key: KeyView,
    /// The secret. It is shown only once: the server stores only its hash.
    #[schema(pattern = "^otpm_(test_)?[0-9A-Za-z]{49}$", max_length = 59)]
    secret: String,
}

/// The live secret keys.
#[derive(Serialize, ToSchema)]
#[schema(as = SecretKeys)]
pub(crate) struct KeysView {
    /// The keys; those that were not replaced come first.
    #[schema(max_items = 100)]
    pub(crate) data: Vec<KeyView>,
    #[schema(required, schema_with = page::next)]
    pub(crate) next: Option<String>,
}

/// The body of `POST /v1/tenant/keys/{key}/rotate`.
#[derive(Deserialize, ToSchema)]
#[schema(as = RotateSecretKey, description = "How to replace a secret key.")]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateKeyBody {
    /// Seconds for which the replaced key keeps working; a day if absent, and 0 ends it at once.
    #[schema(minimum = 0, maximum = 2592000, example = 86400)]
    pub(crate) overlap_seconds: Option<u32>,
}

fn allowed_networks() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "The addresses and networks from which the key may be used; null for everywhere.",
        "items": words::network(),
        "maxItems": MAX_NETWORKS,
    }))
}

impl KeyView {
    pub(crate) fn of(key: &KeyInfo) -> Self {
        Self {
            key: key.handle.clone(),
            sid: key_sid(&key.handle),
            name: key.name.clone(),
            scopes: key.scopes.iter().map(Scope::as_str).collect(),
            hint: key.hint.clone(),
            created_at: key.created_at,
            expires_at: key.terms.expires_at,
            replaced_at: key.replaced_at,
            last_used_at: key.last_used_at,
            allowed_networks: key.terms.networks.entries(),
        }
    }
}

impl Example for KeyView {
    fn example() -> Self {
        Self {
            key: examples::key("key_4hq7k2m9x3c8v5bn"),
            sid: key_sid(&examples::key("key_4hq7k2m9x3c8v5bn")),
            name: "backend".to_owned(),
            scopes: vec![Scope::Mint.as_str(), Scope::Verify.as_str()],
            hint: "3aPe".to_owned(),
            created_at: examples::at("08:30:00"),
            expires_at: None,
            replaced_at: None,
            last_used_at: Some(examples::at("09:15:00")),
            allowed_networks: Some(vec!["203.0.113.0/24".to_owned()]),
        }
    }
}

impl NewKeyView {
    pub(crate) fn of(new: &NewSecret) -> Self {
        Self { key: KeyView::of(&new.key), secret: new.secret.expose().to_owned() }
    }
}

impl Example for NewKeyView {
    fn example() -> Self {
        let secret = "otpm_8Jx2kVnTq4WmRz7Yb1Lc9HdFgS3aPeUi5Xo6Mt0BvCn2K3aPe".to_owned();
        Self { key: KeyView { last_used_at: None, ..KeyView::example() }, secret }
    }
}

impl Example for KeysView {
    fn example() -> Self {
        Self { data: vec![KeyView::example()], next: page::NO_MORE }
    }
}
