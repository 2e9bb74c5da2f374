//! A secret key, as it is asked for.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::{MAX_NAME, parse_name};

use crate::http::shared::problems::rejection::Rejection;

/// What is wrong with a list of scopes without any, or with too many.
pub(crate) const WRONG_SCOPES: &str = "1 to 4 scopes";

/// What a secret key may be used for: `mint` mints, looks, resends and calls off; `verify` looks and
/// verifies; `manage` looks after the tenant; `reveal` is told codes.
#[derive(ToSchema)]
#[schema(as = Scope, rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum ScopeName {
    Mint,
    Verify,
    Manage,
    Reveal,
}

/// `POST /v1/tenant/keys`
#[derive(Deserialize, ToSchema)]
#[schema(as = AddSecretKey, description = "A secret key to be made.")]
#[serde(deny_unknown_fields)]
pub(crate) struct AddKeyBody {
    /// What it is called, on one line; no other live key may have the same name.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", example = "backend")]
    name: String,
    /// What it may do: give a backend no more than it needs.
    #[schema(value_type = Vec<ScopeName>, min_items = 1, max_items = 4, example = json!(["mint", "verify"]))]
    scopes: Vec<String>,
}

impl AddKeyBody {
    /// The name and the scopes that are asked for.
    pub(crate) fn read(&self) -> Result<(String, Scopes), Rejection> {
        Ok((name(&self.name)?, scopes(&self.scopes)?))
    }
}

/// The name of a key to be.
pub(crate) fn name(text: &str) -> Result<String, Rejection> {
    let wrong = || Rejection::field("/name", format!("1 to {MAX_NAME} bytes on one line"));
    parse_name(text).filter(|name| !name.is_empty()).ok_or_else(wrong)
}

/// The scopes of a key to be.
pub(crate) fn scopes(words: &[String]) -> Result<Scopes, Rejection> {
    let wrong =
        |at: usize| Rejection::field(format!("/scopes/{at}"), "one of mint, verify, manage and reveal");
    let parsed = words.iter().enumerate().map(|(at, word)| Scope::parse(word).ok_or_else(|| wrong(at)));
    let scopes = parsed.collect::<Result<Scopes, _>>()?;
    match (1..=Scope::ALL.len()).contains(&words.len()) {
        true => Ok(scopes),
        false => Err(Rejection::field("/scopes", WRONG_SCOPES)),
    }
}
