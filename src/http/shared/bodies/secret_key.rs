//! The request for a new secret key.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::tenants::credential::{Scope, Scopes};
use crate::domain::tenants::tenant::{MAX_NAME, parse_name};

use crate::http::shared::problems::rejection::Rejection;

/// The error for a list of scopes that is empty or too long.
pub(crate) const WRONG_SCOPES: &str = "1 to 5 scopes";

/// What a secret key may be used for: `mint` mints, reads, resends and cancels challenges; `verify` reads and
/// verifies them; `manage` manages the tenant; `reveal` receives codes; `relay` has
/// codes delivered that another system has made.
#[derive(ToSchema)]
#[schema(as = Scope, rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum ScopeName {
    Mint,
    Verify,
    Manage,
    Reveal,
    Relay,
}

/// `POST /v1/tenant/keys`
#[derive(Deserialize, ToSchema)]
#[schema(as = AddSecretKey, description = "A new secret key.")]
#[serde(deny_unknown_fields)]
pub(crate) struct AddKeyBody {
    /// The name of the key, on one line; no other live key may have the same name.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S", example = "backend")]
    name: String,
    /// What the key may be used for. Give a backend only the scopes that it needs.
    #[schema(value_type = Vec<ScopeName>, min_items = 1, max_items = 5, example = json!(["mint", "verify"]))]
    scopes: Vec<String>,
}

impl AddKeyBody {
    /// The requested name and scopes.
    pub(crate) fn read(&self) -> Result<(String, Scopes), Rejection> {
        Ok((name(&self.name)?, scopes(&self.scopes)?))
    }
}

pub(crate) fn name(text: &str) -> Result<String, Rejection> {
    let wrong = || Rejection::field("/name", format!("1 to {MAX_NAME} bytes on one line"));
    parse_name(text).filter(|name| !name.is_empty()).ok_or_else(wrong)
}

pub(crate) fn scopes(words: &[String]) -> Result<Scopes, Rejection> {
    let wrong = |at: usize| {
        Rejection::field(format!("/scopes/{at}"), "one of mint, verify, manage, reveal and relay")
    };
    let parsed = words.iter().enumerate().map(|(at, word)| Scope::parse(word).ok_or_else(|| wrong(at)));
    let scopes = parsed.collect::<Result<Scopes, _>>()?;
    match (1..=Scope::ALL.len()).contains(&words.len()) {
        true => Ok(scopes),
        false => Err(Rejection::field("/scopes", WRONG_SCOPES)),
    }
}
