//! Secret keys as the API has them: what is asked, what is shown, what can be refused.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::domain::tenants::credential::{KeyInfo, Scope, Scopes};
use crate::domain::tenants::tenant::{MAX_NAME, parse_name};
use crate::service::{NewSecret, Refusal};

use super::super::error::V1Error;
use super::super::openapi::{and, answered, answers, looking_after, of_a_body, refused};

/// What is wrong with a list of scopes without any, or with too many.
pub(in super::super) const WRONG_SCOPES: &str = "1 to 4 scopes";

/// A secret key, without its secret.
#[derive(Serialize, ToSchema)]
#[schema(as = SecretKey)]
pub(in super::super) struct KeyView {
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
pub(in super::super) struct NewKeyView {
    #[serde(flatten)]
    key: KeyView,
    /// The secret, shown this once: only its hash is kept.
    #[schema(pattern = "^otpm_(test_)?[0-9A-Za-z]{49}$", max_length = 59)]
    secret: String,
}

/// The secret keys that work.
#[derive(Serialize, ToSchema)]
#[schema(as = SecretKeys)]
pub(super) struct KeyList {
    /// Those that were not replaced first.
    #[schema(max_items = 100)]
    pub(super) data: Vec<KeyView>,
}

/// What a secret key may be used for: `mint` mints, looks, resends and calls off; `verify` looks and
/// verifies; `manage` looks after the tenant; `reveal` is told codes.
#[derive(ToSchema)]
#[schema(as = Scope, rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
pub(in super::super) enum ScopeName {
    Mint,
    Verify,
    Manage,
    Reveal,
}

/// `POST /v1/tenant/keys`
#[derive(Deserialize, ToSchema)]
#[schema(as = AddSecretKey, description = "A secret key to be made.")]
#[serde(deny_unknown_fields)]
pub(in super::super) struct AddKey {
    /// What it is called, on one line; no other live key may have the same name.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", example = "backend")]
    name: String,
    /// What it may do: give a backend no more than it needs.
    #[schema(value_type = Vec<ScopeName>, min_items = 1, max_items = 4, example = json!(["mint", "verify"]))]
    scopes: Vec<String>,
}

/// `POST /v1/tenant/keys/{key}/rotate`
#[derive(Deserialize, ToSchema)]
#[schema(as = RotateSecretKey, description = "How a secret key is replaced.")]
#[serde(deny_unknown_fields)]
pub(in super::super) struct RotateKey {
    /// Seconds that the replaced key goes on working, a day if not told; 0 ends it at once.
    #[schema(minimum = 0, maximum = 2592000, example = 86400)]
    pub(super) overlap_seconds: Option<u32>,
}

/// The handle of a secret key in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) struct Handle {
    /// The key's handle.
    #[param(pattern = "^key_[2-9a-z]{16}$", max_length = 20, example = "key_4hq7k2m9x3c8v5bn")]
    key: String,
}

impl AddKey {
    /// The name and the scopes that are asked for.
    pub(in super::super) fn read(&self) -> Result<(String, Scopes), V1Error> {
        Ok((name(&self.name)?, scopes(&self.scopes)?))
    }
}

/// The name of a key to be.
pub(in super::super) fn name(text: &str) -> Result<String, V1Error> {
    let wrong = || V1Error::field("/name", format!("1 to {MAX_NAME} bytes on one line"));
    parse_name(text).filter(|name| !name.is_empty()).ok_or_else(wrong)
}

/// The scopes of a key to be.
pub(in super::super) fn scopes(words: &[String]) -> Result<Scopes, V1Error> {
    let wrong = |at: usize| V1Error::field(format!("/scopes/{at}"), "one of mint, verify, manage and reveal");
    let parsed = words.iter().enumerate().map(|(at, word)| Scope::parse(word).ok_or_else(|| wrong(at)));
    let scopes = parsed.collect::<Result<Scopes, _>>()?;
    match (1..=Scope::ALL.len()).contains(&words.len()) {
        true => Ok(scopes),
        false => Err(V1Error::field("/scopes", WRONG_SCOPES)),
    }
}

impl KeyView {
    pub(in super::super) fn of(key: &KeyInfo) -> Self {
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
    pub(in super::super) fn example() -> Self {
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
    pub(in super::super) fn of(new: &NewSecret) -> Self {
        Self { key: KeyView::of(&new.key), secret: new.secret.expose().to_owned() }
    }

    /// One for the description of the API.
    pub(in super::super) fn example() -> Value {
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
        (StatusCode::OK, "SecretKeys", json!(KeyList { data: vec![KeyView::example()] })),
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
