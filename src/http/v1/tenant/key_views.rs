//! Secret keys as the API shows them, and what their routes answer.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::domain::tenants::credential::{KeyInfo, Scope};
use crate::service::{NewSecret, Refusal};

use crate::http::shared::bodies::secret_key::{ScopeName, WRONG_SCOPES};
use crate::http::v1::description::{and, answered, answers, looking_after, of_a_body, refused};
use crate::http::v1::error::V1Error;

/// A secret key, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = SecretKey)]
pub(crate) struct KeyView {
    /// Its handle, which is no secret.
    #[schema(pattern = "^key_[2-9a-z]{16}$", max_length = 20)]
    key: String,
    /// What it is called. A key that is rotated hands its name on.
    #[schema(max_length = 100)]
    name: String,
    /// What it may do.
    #[schema(value_type = Vec<ScopeName>, max_items = 4)]
    scopes: Vec<&'static str>,
    /// Its last four characters.
    #[schema(max_length = 16)]
    hint: String,
    /// When it was made.
    #[schema(format = "date-time", max_length = 32)]
    created_at: String,
    /// When it stops working; null for one that was not replaced.
    #[schema(required, format = "date-time", max_length = 32)]
    expires_at: Option<String>,
}

/// A secret key that was just made.
#[derive(Serialize, ToSchema)]
#[schema(as = NewSecretKey)]
pub(crate) struct NewKeyView {
    #[serde(flatten)]
    key: KeyView,
    /// The secret, shown this once: only its hash is kept.
    #[schema(pattern = "^otpm_(test_)?[0-9A-Za-z]{49}$", max_length = 59)]
    secret: String,
}

/// The secret keys that work.
#[derive(Serialize, ToSchema)]
#[schema(as = SecretKeys)]
pub(crate) struct KeysView {
    /// Those that were not replaced first.
    #[schema(max_items = 100)]
    pub(crate) data: Vec<KeyView>,
}

/// `POST /v1/tenant/keys/{key}/rotate`
#[derive(Deserialize, ToSchema)]
#[schema(as = RotateSecretKey, description = "How a secret key is replaced.")]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateKeyBody {
    /// Seconds that the replaced key goes on working, a day if not told; 0 ends it at once.
    #[schema(minimum = 0, maximum = 2592000, example = 86400)]
    pub(crate) overlap_seconds: Option<u32>,
}

/// The handle of a secret key in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct KeyInPath {
    /// The key's handle.
    #[param(pattern = "^key_[2-9a-z]{16}$", max_length = 20, example = "key_4hq7k2m9x3c8v5bn")]
    key: String,
}

impl KeyView {
    pub(crate) fn of(key: &KeyInfo) -> Self {
        Self {
            key: key.handle.to_string(),
            name: key.name.clone(),
            scopes: key.scopes.iter().map(Scope::as_str).collect(),
            hint: key.hint.clone(),
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
        }
    }

    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        Self {
            key: "key_4hq7k2m9x3c8v5bn".to_owned(),
            name: "backend".to_owned(),
            scopes: vec![Scope::Mint.as_str(), Scope::Verify.as_str()],
            hint: "3aPe".to_owned(),
            created_at: "2026-11-21T08:30:00Z".to_owned(),
            expires_at: None,
        }
    }
}

impl NewKeyView {
    pub(crate) fn of(new: &NewSecret) -> Self {
        Self { key: KeyView::of(&new.key), secret: new.secret.expose().to_owned() }
    }

    /// One for the description of the API.
    pub(crate) fn example() -> Value {
        let secret = "otpm_8Jx2kVnTq4WmRz7Yb1Lc9HdFgS3aPeUi5Xo6Mt0BvCn2K3aPe".to_owned();
        json!(Self { key: KeyView::example(), secret })
    }
}

fn managing(more: impl IntoIterator<Item = V1Error>) -> Vec<V1Error> {
    and(looking_after(), more)
}

answered! {
    /// Of listing.
    Listed => answers(
        "The live secret keys.",
        (StatusCode::OK, "SecretKeys", json!(KeysView { data: vec![KeyView::example()] })),
        managing([]),
    );
    /// Of making one.
    Made => answers(
        "The secret key, with its secret.",
        (StatusCode::CREATED, "NewSecretKey", NewKeyView::example()),
        and(managing(of_a_body("/scopes", WRONG_SCOPES)), refused([Refusal::TooManyKeys])),
    );
    /// Of replacing one.
    Rotated => answers(
        "The secret key that replaces it, with its secret.",
        (StatusCode::CREATED, "NewSecretKey", NewKeyView::example()),
        and(managing(of_a_body("/overlap_seconds", "from 0 to 2592000 seconds")), refused([Refusal::UnknownKey])),
    );
    /// Of revoking one.
    Gone => answers(
        "The secret key, which works no more.",
        (StatusCode::OK, "SecretKey", json!(KeyView::example())),
        managing(refused([Refusal::UnknownKey, Refusal::LastManageKey])),
    );
}
