//! Turns forms into the bodies of the API, which have the parsers, so that no rule is written twice.

use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::address::Address;
use crate::domain::tenants::credential::{KeyChange, KeyHandle};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::domain::tenants::smtp_draft::SmtpDraft;
use crate::domain::tenants::template::{Medium, TemplateName};
use crate::domain::tenants::tenant::parse_name;
use crate::service::{KeyDraft, LimitsChange, Refusal, RouteRefusal, TenantDraft};

use crate::http::shared::bodies::limits_patch::LimitsPatch;
use crate::http::shared::bodies::mail_account::AccountBody;
use crate::http::shared::bodies::provider_route::ProviderRoute;
use crate::http::shared::bodies::route_transport::RouteTransport;
use crate::http::shared::bodies::secret_key::{AddKeyBody, ChangeKeyBody};
use crate::http::shared::bodies::tenant_patch::TenantPatch;
use crate::http::shared::bodies::{fields, json};
use crate::http::shared::problems::rejection::Rejection;

/// The error for an invalid route.
pub(crate) fn unusable(refusal: RouteRefusal) -> Rejection {
    match refusal {
        RouteRefusal::Refused(refusal) => refusal.into(),
        RouteRefusal::Invalid(_, why) => Rejection::field(why.field, why.problem),
    }
}

/// The error for an invalid value.
pub(crate) fn invalid(field: &str, detail: &str) -> Rejection {
    Rejection::field(format!("/{field}"), detail)
}

/// A mail account, as in `PUT /v1/tenant/smtp`.
pub(crate) fn account(fields: Value) -> Result<RouteDraft, Rejection> {
    shaped::<AccountBody>(fields)?.draft("")
}

/// A route through a provider, as in `POST /v1/tenant/routes`.
pub(crate) fn provider(fields: Value) -> Result<RouteDraft, Rejection> {
    let transport = match fields.get("transport") {
        Some(word) => RouteTransport::deserialize(word).ok(),
        None => None,
    };
    let transport = transport.ok_or_else(|| invalid("transport", "one of the transports of the form"))?;
    ProviderRoute::parse(transport, fields.to_string().as_bytes())?.draft()
}

/// A recipient of any kind.
pub(crate) fn any_recipient(text: &str) -> Result<Address, Rejection> {
    Address::parse(text).map_err(|error| invalid("to", &error.to_string()))
}

/// The mail server and the login of an account.
pub(crate) fn smtp(fields: Value) -> Result<SmtpDraft, Rejection> {
    shaped::<AccountBody>(fields)?.smtp("")
}

/// A secret key, as in `POST /v1/tenant/keys`.
pub(crate) fn key(fields: Value) -> Result<KeyDraft, Rejection> {
    shaped::<AddKeyBody>(fields)?.read()
}

/// The changes to a secret key, as in `PATCH /v1/tenant/keys/{key}`.
pub(crate) fn key_change(fields: Value) -> Result<KeyChange, Rejection> {
    shaped::<ChangeKeyBody>(fields)?.read()
}

/// The handle of a secret key.
pub(crate) fn key_handle(text: &str) -> Result<KeyHandle, Rejection> {
    KeyHandle::parse(text).ok_or_else(|| Refusal::UnknownKey.into())
}

/// The changes to a tenant, as in `PATCH /v1/tenant`.
pub(crate) fn tenant(fields: Value) -> Result<impl Fn(&mut TenantDraft), Rejection> {
    let patch = shaped::<TenantPatch>(fields)?;
    patch.check()?;
    Ok(move |draft: &mut TenantDraft| patch.apply(draft))
}

/// The changes to a tenant's limits, as in `PATCH /v1/admin/tenants/{tenant}`.
pub(crate) fn limits(fields: Value) -> Result<LimitsChange, Rejection> {
    let patch = shaped::<LimitsPatch>(fields)?;
    Ok(Box::new(move |limits| patch.apply(limits)))
}

/// The name of a tenant.
pub(crate) fn name(text: &str) -> Result<String, Rejection> {
    parse_name(text).ok_or_else(|| Rejection::field("/name", "at most 100 bytes on one line"))
}

/// The name of a template, as in the path of `/v1/tenant/templates`; for mails if there is no medium.
pub(crate) fn template(purpose: &str, locale: &str, medium: &str) -> Result<TemplateName, Rejection> {
    let locale = fields::locale(Some(locale))?.unwrap_or(crate::domain::locale::Locale::ENGLISH);
    let medium = match medium {
        "" => Medium::Mail,
        word => Medium::parse(word).ok_or_else(|| invalid("medium", "email, text or voice"))?,
    };
    Ok(TemplateName { purpose: fields::purpose(Some(purpose))?, locale, medium })
}

/// The recipient of a test mail.
pub(crate) fn recipient(text: &str) -> Result<Address, Rejection> {
    fields::mail_recipient(text)
}

pub(crate) fn shaped<T: DeserializeOwned>(fields: Value) -> Result<T, Rejection> {
    json::parse(fields.to_string().as_bytes())
}
