//! The lines whose shapes only exports have.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::history::ChallengeDelivery;
use crate::domain::id::ChallengeId;
use crate::domain::limits::named::LimitName;
use crate::domain::phone::country::Country;
use crate::domain::tenants::logo::LogoName;
use crate::domain::tenants::service::{ServiceSettings, TotpDefaults};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::webhook::WebhookHandle;
use crate::service::{Export, Services};

use crate::http::v1::challenges::found_view::ChallengeDeliveryView;
use crate::http::v1::templates::view::TemplateView;
use crate::http::v1::webhooks::delivery_view::WebhookDeliveryView;

/// The version of the format: it grows when what a line means changes. Lines of new types and new members do not
/// count.
const FORMAT: u32 = 1;

/// The first line.
#[derive(Serialize)]
pub(super) struct BeginLine {
    format: u32,
    tenant: TenantHandle,
    exported_at: Timestamp,
    /// The version of the server.
    version: &'static str,
}

impl BeginLine {
    pub(super) fn of(export: &Export) -> Self {
        let tenant = export.tenant().handle().clone();
        Self { format: FORMAT, tenant, exported_at: export.at(), version: env!("CARGO_PKG_VERSION") }
    }
}

/// The logo of the hosted pages.
#[derive(Serialize)]
pub(super) struct LogoLine {
    name: String,
    /// In base64.
    content: String,
}

impl LogoLine {
    pub(super) fn of(name: &LogoName, content: &[u8]) -> Self {
        Self { name: name.to_string(), content: STANDARD.encode(content) }
    }
}

/// A purpose that the tenant uses as a service of the Twilio API.
#[derive(Serialize)]
pub(super) struct ServiceLine<'a> {
    purpose: &'a Purpose,
    name: Option<&'a str>,
    custom_code: bool,
    psd2: bool,
    totp: &'a TotpDefaults,
    limits: &'a BTreeMap<LimitName, String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> ServiceLine<'a> {
    pub(super) fn of(purpose: &'a Purpose, service: &'a ServiceSettings) -> Self {
        Self {
            purpose,
            name: service.name.as_deref(),
            custom_code: service.custom_code,
            psd2: service.psd2,
            totp: &service.totp,
            limits: &service.limits,
            created_at: service.created_at,
            updated_at: service.updated_at,
        }
    }
}

/// A template for mails: the API names its medium nowhere.
#[derive(Serialize)]
pub(super) struct MailTemplateLine {
    pub(super) medium: &'static str,
    #[serde(flatten)]
    pub(super) template: TemplateView,
}

/// What became of a message.
#[derive(Serialize)]
pub(super) struct DeliveryLine {
    /// The challenge's shareable key, or the message's id.
    challenge: String,
    /// The recipient, masked.
    to: Option<String>,
    /// The country of a phone number.
    country: Option<Country>,
    #[serde(flatten)]
    delivery: ChallengeDeliveryView,
}

impl DeliveryLine {
    pub(super) fn of(services: &Services, (challenge, delivery): &(ChallengeId, ChallengeDelivery)) -> Self {
        Self {
            challenge: services.challenges.shareable_key(*challenge).as_str().to_owned(),
            to: delivery.to.hint.clone(),
            country: delivery.to.country,
            delivery: ChallengeDeliveryView::of(delivery),
        }
    }
}

/// An event that a webhook was told.
#[derive(Serialize)]
pub(super) struct EventLine {
    pub(super) webhook: WebhookHandle,
    #[serde(flatten)]
    pub(super) delivery: WebhookDeliveryView,
}

/// The last line: a file without it is cut off.
#[derive(Serialize)]
pub(super) struct EndLine {
    /// The number of lines before it.
    pub(super) lines: u64,
}
