//! The tenant object, and the schema of its patch.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::return_url::ReturnUrl;
use crate::domain::locale::Locale;
use crate::domain::phone::country::Country;
use crate::domain::phone::fraud::settings::FraudSettings;
use crate::domain::policy::{MAX_PURPOSES, PolicySettings};
use crate::domain::sid::{Sid, SidKind};
use crate::domain::tenants::brand::Brand;
use crate::domain::tenants::logo::LogoName;
use crate::domain::tenants::page_mask::PageMask;
use crate::domain::tenants::tenant::{MAX_ORIGINS, MAX_RETURN_URLS};
use crate::domain::tenants::tenant::{MintSettings, TenantHandle};
use crate::domain::time::Timestamp;
use crate::domain::web_origin::WebOrigin;
use crate::service::TenantProfile;

use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::{one_of, one_of_or_null, part};
use crate::http::shared::description::words;

use super::mints_view::{MintsPatchSchema, MintsView};
use super::phone::settings_view::{PhonePatchSchema, PhoneView};
use super::policy::{EffectivePolicyView, PolicySchema};
use super::spray_view::{SprayPatchSchema, SprayView};

/// The tenant of the key.
#[derive(Serialize, ToSchema)]
#[schema(as = Tenant)]
pub(crate) struct TenantView {
    /// The handle of the tenant: the `aud` of its receipts.
    tenant: TenantHandle,
    /// The sid of the tenant: the user of the Twilio API.
    #[schema(value_type = String, pattern = "^AC[0-9a-f]{32}$", min_length = 34, max_length = 34)]
    account_sid: Sid,
    /// The name of the app in mails.
    #[schema(max_length = 100)]
    name: String,
    /// Whether this is a sandbox, which sends nothing.
    sandbox: bool,
    /// When the tenant was registered.
    created_at: Timestamp,
    /// The tenant's settings for all purposes.
    #[schema(value_type = PolicySchema)]
    policy: PolicySettings,
    /// The tenant's settings for single purposes.
    #[schema(schema_with = by_purpose)]
    purposes: BTreeMap<Purpose, PolicySettings>,
    /// The language of messages for which a mint names none, and of pages whose visitors name none; null for English.
    #[schema(schema_with = words::language)]
    locale: Option<Locale>,
    phone: PhoneView,
    mints: MintsView,
    spray: SprayView,
    /// The origins of the web pages that may verify, read and resend with a shareable key.
    #[schema(schema_with = origins)]
    allowed_origins: Vec<WebOrigin>,
    /// The URLs to which hosted pages may send their visitors back.
    #[schema(schema_with = return_urls)]
    return_urls: Vec<ReturnUrl>,
    brand: BrandView,
    /// The URL of the logo on hosted pages; null if there is none.
    #[schema(required, pattern = "^/assets/logo-[0-9a-f]{32}\\.(png|webp)$", max_length = 60)]
    logo: Option<String>,
    #[schema(schema_with = page_mask)]
    page_mask: &'static str,
    /// The policies in force: of the built-in purposes, and of those with settings.
    effective: BTreeMap<String, EffectivePolicyView>,
}

impl TenantView {
    pub(crate) fn of(profile: &TenantProfile) -> Self {
        Self {
            tenant: profile.handle.clone(),
            account_sid: profile.account_sid,
            name: profile.name.clone(),
            sandbox: profile.is_sandbox,
            created_at: profile.created_at,
            policy: profile.settings.policy.clone(),
            purposes: profile.settings.purposes.clone(),
            locale: profile.settings.locale.clone(),
            phone: PhoneView::of(&profile.settings.phone),
            mints: MintsView::of(profile.settings.mints),
            spray: SprayView::of(&profile.settings.spray, profile.suspicion.as_ref()),
            allowed_origins: profile.settings.allowed_origins.clone(),
            return_urls: profile.settings.return_urls.clone(),
            brand: BrandView::of(&profile.settings.brand),
            logo: profile.settings.logo.as_ref().map(LogoName::path),
            page_mask: profile.settings.page_mask.as_str(),
            effective: EffectivePolicyView::of_all(&profile.effective),
        }
    }

    /// An example of a sandbox.
    pub(crate) fn sandbox() -> Self {
        Self { tenant: examples::sandbox(), sandbox: true, ..Self::example() }
    }
}

impl Example for TenantView {
    fn example() -> Self {
        let mut login = PolicySettings::default();
        login.code.length = Some(8);
        Self {
            tenant: examples::tenant(),
            account_sid: Sid::new(SidKind::Account, 0x3f0c_72a9_5e1b_48d6_a07c_9b2e_51d8_64f3),
            name: "Acme".to_owned(),
            sandbox: false,
            created_at: examples::at("08:30:00"),
            policy: PolicySettings::default(),
            purposes: [(Purpose::LOGIN, login)].into(),
            locale: Locale::parse("de"),
            phone: PhoneView {
                region: Country::parse("DE"),
                countries: vec!["AT".to_owned(), "DE".to_owned()],
                rules: FraudSettings { messages_per_day: Some(500), ..FraudSettings::default() },
            },
            mints: MintsView::of(MintSettings { per_hour: None, per_day: Some(10_000) }),
            spray: SprayView::calm(),
            allowed_origins: WebOrigin::parse("https://app.example").into_iter().collect(),
            return_urls: ReturnUrl::parse("https://app.example/login/done").into_iter().collect(),
            brand: BrandView { accent: Some("#0f7a5f".to_owned()), accent_dark: None },
            logo: None,
            page_mask: PageMask::default().as_str(),
            effective: [("login".to_owned(), EffectivePolicyView::example())].into(),
        }
    }
}

/// The changes to a tenant. An absent field stays, and null removes a value.
#[derive(ToSchema)]
#[schema(as = TenantPatch)]
#[expect(dead_code, reason = "only its schema is used: the patch itself tells absent from null")]
pub(crate) struct TenantPatchSchema {
    /// The name of the app in mails, on one line.
    #[schema(max_length = 100, example = "Acme")]
    name: Option<String>,
    /// For all purposes.
    policy: Option<PolicySchema>,
    /// For single purposes.
    #[schema(schema_with = changed_by_purpose)]
    purposes: Option<BTreeMap<String, PolicySchema>>,
    /// The language of messages for which a mint names none, and of pages whose visitors name none; null for English.
    #[schema(schema_with = words::language)]
    locale: Option<String>,
    phone: Option<PhonePatchSchema>,
    mints: Option<MintsPatchSchema>,
    spray: Option<SprayPatchSchema>,
    /// Replaces the whole list.
    #[schema(schema_with = changed_origins)]
    allowed_origins: Option<Vec<String>>,
    /// Replaces the whole list.
    #[schema(schema_with = changed_return_urls)]
    return_urls: Option<Vec<String>>,
    brand: Option<BrandPatchSchema>,
    #[schema(schema_with = changed_page_mask)]
    page_mask: Option<String>,
}

/// The changes to the colours.
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

/// The colours of the hosted pages; null for the standard ones. The contrast of each must be at least 4.5:1.
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

/// An example of a patch.
pub(crate) fn patch_example() -> Value {
    json!({ "name": "Acme", "policy": { "ttl": 300 }, "purposes": { "login": { "code": { "length": 8 } } } })
}

const POLICY: &str = "#/components/schemas/Policy";

fn origins() -> RefOr<Schema> {
    part(json!({
        "type": "array",
        "description": "The origins of the web pages that may verify, read and resend with a shareable key.",
        "items": words::web_origin(),
        "maxItems": MAX_ORIGINS,
    }))
}

fn changed_origins() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "Replaces the whole list: the origins of web pages, as browsers send them.",
        "items": words::web_origin(),
        "maxItems": MAX_ORIGINS,
        "examples": [["https://app.example"]],
    }))
}

fn return_urls() -> RefOr<Schema> {
    part(json!({
        "type": "array",
        "description": "The URLs to which hosted pages may send their visitors back.",
        "items": words::return_url(),
        "maxItems": MAX_RETURN_URLS,
    }))
}

fn changed_return_urls() -> RefOr<Schema> {
    part(json!({
        "type": ["array", "null"],
        "description": "Replaces the whole list: URLs as browsers write them, which must match exactly.",
        "items": words::return_url(),
        "maxItems": MAX_RETURN_URLS,
        "examples": [["https://app.example/login/done"]],
    }))
}

const MASKS: &str = "How much of an address hosted pages show whoever holds their link: `strong` for `j***@e***.com`, \
                     `light` for `j•••e@example.com`, `none` for the whole address.";

fn page_mask() -> RefOr<Schema> {
    one_of(MASKS, PageMask::ALL.map(PageMask::as_str))
}

fn changed_page_mask() -> RefOr<Schema> {
    one_of_or_null(MASKS, PageMask::ALL.map(PageMask::as_str))
}

fn by_purpose() -> RefOr<Schema> {
    part(json!({
        "type": "object",
        "description": "The tenant's settings for single purposes.",
        "propertyNames": words::purpose(),
        "additionalProperties": { "$ref": POLICY },
        "maxProperties": MAX_PURPOSES,
    }))
}

fn changed_by_purpose() -> RefOr<Schema> {
    part(json!({
        "type": ["object", "null"],
        "description": "For single purposes; null removes the settings of a purpose.",
        "propertyNames": words::purpose(),
        "additionalProperties": { "anyOf": [{ "$ref": POLICY }, { "type": "null" }] },
        "maxProperties": MAX_PURPOSES,
    }))
}
