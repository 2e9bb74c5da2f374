//! The request for a new secret key.

use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::tenants::allowed_networks::{AllowedNetworks, MAX_NETWORKS};
use crate::domain::tenants::credential::{KeyChange, KeyEnd, KeyTerms, Scope, Scopes};
use crate::domain::tenants::tenant::{MAX_NAME, parse_name};
use crate::domain::time::Timestamp;
use crate::service::KeyDraft;

use crate::http::shared::description::schemas::part;
use crate::http::shared::description::words;
use crate::http::shared::problems::rejection::{Rejection, both};

use super::object::Change;

/// The error for a list of scopes that is empty or too long.
pub(crate) const WRONG_SCOPES: &str = "1 to 6 scopes";

/// What a secret key may be used for: `mint` mints, reads, resends and cancels challenges; `verify` reads and
/// verifies them; `manage` manages the tenant; `reveal` receives codes; `relay` has
/// codes delivered that another system has made; `support` finds what was sent to a recipient, and unlocks it.
#[derive(ToSchema)]
#[schema(as = Scope, rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum ScopeName {
    Mint,
    Verify,
    Manage,
    Reveal,
    Relay,
    Support,
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
    #[schema(value_type = Vec<ScopeName>, min_items = 1, max_items = 6, example = json!(["mint", "verify"]))]
    scopes: Vec<String>,
    /// When the key ends (RFC 3339), at most ten years ahead; never if absent. The event `key.expiring` warns before.
    #[schema(schema_with = chosen_end)]
    expires_at: Option<String>,
    /// The addresses and networks from which the key may be used; everywhere if absent.
    #[schema(schema_with = chosen_networks)]
    allowed_networks: Option<Vec<String>>,
}

impl AddKeyBody {
    /// The requested key.
    pub(crate) fn read(&self) -> Result<KeyDraft, Rejection> {
        let expires_at = self.expires_at.as_deref().map(moment).transpose();
        let networks = self.allowed_networks.as_deref().map(networks).transpose();
        let wishes = both(both(name(&self.name), scopes(&self.scopes)), both(expires_at, networks))?;
        let ((name, scopes), (expires_at, networks)) = wishes;
        Ok(KeyDraft { name, scopes, terms: KeyTerms { expires_at, networks: networks.unwrap_or_default() } })
    }
}

/// `PATCH /v1/tenant/keys/{key}`
#[derive(Deserialize, ToSchema)]
#[schema(as = ChangeSecretKey, description = "The changes to a secret key. An absent field stays, and null removes a limit.")]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeKeyBody {
    #[serde(default)]
    #[schema(schema_with = chosen_end)]
    expires_at: Change<String>,
    #[serde(default)]
    #[schema(schema_with = chosen_networks)]
    allowed_networks: Change<Vec<String>>,
}

impl ChangeKeyBody {
    /// The requested changes.
    pub(crate) fn read(&self) -> Result<KeyChange, Rejection> {
        let end = match &self.expires_at {
            Change::Keep => None,
            Change::Remove => Some(KeyEnd::Never),
            Change::Set(text) => Some(KeyEnd::At(moment(text)?)),
        };
        let networks = match &self.allowed_networks {
            Change::Keep => None,
            Change::Remove => Some(AllowedNetworks::everywhere()),
            Change::Set(entries) => Some(networks(entries)?),
        };
        Ok(KeyChange { end, networks })
    }
}

fn moment(text: &str) -> Result<Timestamp, Rejection> {
    let wrong = || Rejection::field("/expires_at", "a moment such as 2026-11-21T08:30:00Z");
    Timestamp::parse(text).ok_or_else(wrong)
}

fn networks(entries: &[String]) -> Result<AllowedNetworks, Rejection> {
    AllowedNetworks::parse(entries).map_err(|error| {
        let pointer = match error.entry() {
            Some(at) => format!("/allowed_networks/{at}"),
            None => "/allowed_networks".to_owned(),
        };
        Rejection::field(pointer, error.to_string())
    })
}

fn chosen_end() -> RefOr<Schema> {
    let mut schema = words::moment();
    schema["type"] = json!(["string", "null"]);
    schema["description"] = json!(
        "When the key ends (RFC 3339), at most ten years ahead. The event `key.expiring` warns before."
    );
    schema["examples"] = json!(["2027-01-01T00:00:00Z"]);
    part(schema)
}

fn chosen_networks() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "The addresses and networks from which the key may be used; null for everywhere.",
        "items": words::network(),
        "minItems": 1,
        "maxItems": MAX_NETWORKS,
        "examples": [["203.0.113.0/24"]],
    }))
}

pub(crate) fn name(text: &str) -> Result<String, Rejection> {
    let wrong = || Rejection::field("/name", format!("1 to {MAX_NAME} bytes on one line"));
    parse_name(text).filter(|name| !name.is_empty()).ok_or_else(wrong)
}

pub(crate) fn scopes(words: &[String]) -> Result<Scopes, Rejection> {
    let wrong = |at: usize| Rejection::field(format!("/scopes/{at}"), Scope::WORDS);
    let parsed = words.iter().enumerate().map(|(at, word)| Scope::parse(word).ok_or_else(|| wrong(at)));
    let scopes = parsed.collect::<Result<Scopes, _>>()?;
    match (1..=Scope::ALL.len()).contains(&words.len()) {
        true => Ok(scopes),
        false => Err(Rejection::field("/scopes", WRONG_SCOPES)),
    }
}
