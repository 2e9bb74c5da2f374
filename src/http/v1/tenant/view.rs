//! The tenant object, and the patch of it as the description of the API has it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::{MAX_URL, ReturnUrl};
use crate::domain::policy::{MAX_PURPOSES, PolicySettings};
use crate::domain::tenants::brand::Brand;
use crate::domain::tenants::tenant::{MAX_ORIGINS, MAX_RETURN_URLS};
use crate::domain::web_origin::{MAX_ORIGIN, WebOrigin};
use crate::service::TenantProfile;

use crate::http::shared::description::schemas::part;
use crate::http::shared::logo::logo_path;

use super::policy::{EffectivePolicyView, PolicySchema};

/// The tenant of the key.
#[derive(Serialize, ToSchema)]
#[schema(as = Tenant)]
pub(crate) struct TenantView {
    /// Its handle: the `aud` of its receipts.
    #[schema(pattern = "^tnt_[2-9a-z]{16}$", max_length = 20)]
    tenant: String,
    /// What it calls itself, as its mails give it.
    #[schema(max_length = 100)]
    name: String,
    /// Whether it is a sandbox: its codes go nowhere.
    sandbox: bool,
    /// When it was registered.
    #[schema(format = "date-time", max_length = 32)]
    created_at: String,
    /// What it has decided for all purposes.
    #[schema(value_type = PolicySchema)]
    policy: PolicySettings,
    /// What is otherwise for single purposes.
    #[schema(schema_with = by_purpose)]
    purposes: BTreeMap<Purpose, PolicySettings>,
    /// The origins of the web pages that may verify, look and resend with a shareable key.
    #[schema(schema_with = origins)]
    allowed_origins: Vec<WebOrigin>,
    /// Where hosted pages may send their visitors back to.
    #[schema(schema_with = return_urls)]
    return_urls: Vec<ReturnUrl>,
    brand: BrandView,
    /// Where the logo of its hosted pages is; null where it has none.
    #[schema(required, pattern = "^/assets/logo-[0-9a-f]{32}\\.(png|webp)$", max_length = 60)]
    logo: Option<String>,
    /// The policies in force: of the built-in purposes, and of those that have settings.
    effective: BTreeMap<String, EffectivePolicyView>,
}

impl TenantView {
    pub(crate) fn of(profile: &TenantProfile) -> Self {
        Self {
            tenant: profile.handle.to_string(),
            name: profile.name.clone(),
            sandbox: profile.is_sandbox,
            created_at: profile.created_at.to_string(),
            policy: profile.settings.policy.clone(),
            purposes: profile.settings.purposes.clone(),
            allowed_origins: profile.settings.allowed_origins.clone(),
            return_urls: profile.settings.return_urls.clone(),
            brand: BrandView::of(&profile.settings.brand),
            logo: profile.settings.logo.as_ref().map(logo_path),
            effective: EffectivePolicyView::of_all(&profile.effective),
        }
    }

    /// One of a sandbox, for the description of the API.
    pub(crate) fn sandbox() -> Self {
        Self { tenant: "tnt_9pk4x2m7q3c8v5bn".to_owned(), sandbox: true, ..Self::example() }
    }

    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        let mut login = PolicySettings::default();
        login.code.length = Some(8);
        Self {
            tenant: "tnt_4hq7k2m9x3c8v5bn".to_owned(),
            name: "Acme".to_owned(),
            sandbox: false,
            created_at: "2026-11-21T08:30:00Z".to_owned(),
            policy: PolicySettings::default(),
            purposes: [(Purpose::LOGIN, login)].into(),
            allowed_origins: WebOrigin::parse("https://app.example").into_iter().collect(),
            return_urls: ReturnUrl::parse("https://app.example/login/done").into_iter().collect(),
            brand: BrandView { accent: Some("#0f7a5f".to_owned()), accent_dark: None },
            logo: None,
            effective: [("login".to_owned(), EffectivePolicyView::example())].into(),
        }
    }
}

/// What of a tenant is changed. What is not there stays, null takes away.
#[derive(ToSchema)]
#[schema(as = TenantPatch)]
#[expect(dead_code, reason = "only its schema is used: the patch itself tells absent from null")]
pub(crate) struct TenantPatchSchema {
    /// What it calls itself, as its mails give it; on one line.
    #[schema(max_length = 100, example = "Acme")]
    name: Option<String>,
    /// For all purposes.
    policy: Option<PolicySchema>,
    /// For single purposes.
    #[schema(schema_with = changed_by_purpose)]
    purposes: Option<BTreeMap<String, PolicySchema>>,
    /// All of them anew.
    #[schema(schema_with = changed_origins)]
    allowed_origins: Option<Vec<String>>,
    /// All of them anew.
    #[schema(schema_with = changed_return_urls)]
    return_urls: Option<Vec<String>>,
    brand: Option<BrandPatchSchema>,
}

/// What of the colours is changed.
#[derive(ToSchema)]
#[schema(as = BrandPatch)]
#[expect(dead_code, reason = "only its schema is used, as that of the patch")]
pub(crate) struct BrandPatchSchema {
    /// On light pages.
    #[schema(pattern = "^#[0-9A-Fa-f]{6}$", max_length = 7, example = "#0f7a5f")]
    accent: Option<String>,
    /// On dark pages.
    #[schema(pattern = "^#[0-9A-Fa-f]{6}$", max_length = 7, example = "#5fd3b0")]
    accent_dark: Option<String>,
}

/// The colours of its hosted pages; null for the usual ones. Each is read with a contrast of at least 4.5:1.
#[derive(Serialize, ToSchema)]
#[schema(as = Brand)]
pub(crate) struct BrandView {
    /// On light pages.
    #[schema(required, pattern = "^#[0-9A-Fa-f]{6}$", max_length = 7, example = "#0f7a5f")]
    accent: Option<String>,
    /// On dark pages.
    #[schema(required, pattern = "^#[0-9A-Fa-f]{6}$", max_length = 7, example = "#5fd3b0")]
    accent_dark: Option<String>,
}

impl BrandView {
    fn of(brand: &Brand) -> Self {
        Self { accent: brand.accent.map(String::from), accent_dark: brand.accent_dark.map(String::from) }
    }
}

/// A patch for the description of the API.
pub(crate) fn patch_example() -> Value {
    json!({ "name": "Acme", "policy": { "ttl": 300 }, "purposes": { "login": { "code": { "length": 8 } } } })
}

const POLICY: &str = "#/components/schemas/Policy";

fn origins() -> RefOr<Schema> {
    part(json!({
        "type": "array",
        "description": "The origins of the web pages that may verify, look and resend with a shareable key.",
        "items": origin(),
        "maxItems": MAX_ORIGINS,
    }))
}

fn changed_origins() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "All of them anew: the origins of web pages, as a browser sends them.",
        "items": origin(),
        "maxItems": MAX_ORIGINS,
        "examples": [["https://app.example"]],
    }))
}

fn origin() -> Value {
    json!({ "type": "string", "pattern": "^https?://[a-z0-9._:\\[\\]-]+$", "maxLength": MAX_ORIGIN })
}

fn return_urls() -> RefOr<Schema> {
    part(json!({
        "type": "array",
        "description": "Where hosted pages may send their visitors back to.",
        "items": return_url(),
        "maxItems": MAX_RETURN_URLS,
    }))
}

fn changed_return_urls() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "All of them anew: addresses as a browser writes them, compared to the letter.",
        "items": return_url(),
        "maxItems": MAX_RETURN_URLS,
        "examples": [["https://app.example/login/done"]],
    }))
}

fn return_url() -> Value {
    json!({ "type": "string", "format": "uri", "pattern": "^https?://[!-~]+$", "maxLength": MAX_URL })
}

fn by_purpose() -> RefOr<Schema> {
    part(json!({
        "type": "object",
        "description": "What is otherwise for single purposes.",
        "propertyNames": names(),
        "additionalProperties": { "$ref": POLICY },
        "maxProperties": MAX_PURPOSES,
    }))
}

fn changed_by_purpose() -> RefOr<Schema> {
    part(json!({
        "type": ["object", "null"],
        "description": "For single purposes; null for one takes its settings away.",
        "propertyNames": names(),
        "additionalProperties": { "anyOf": [{ "$ref": POLICY }, { "type": "null" }] },
        "maxProperties": MAX_PURPOSES,
    }))
}

fn names() -> Value {
    json!({ "type": "string", "pattern": "^[a-z][a-z0-9_]*$", "minLength": 1, "maxLength": 32 })
}
