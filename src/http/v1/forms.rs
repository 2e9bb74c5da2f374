//! The bodies of v1 for the forms of the console: what a form asks is read by the parser of the body that
//! asks the same, so that no rule has a second home.

use crate::domain::tenants::route_draft::SmtpDraft;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::address::Address;
use crate::domain::tenants::credential::{KeyHandle, Scopes};
use crate::domain::tenants::route_draft::RouteDraft;
use crate::domain::tenants::template::TemplateName;
use crate::domain::tenants::tenant::parse_name;
use crate::service::{AccountRefusal, LimitsChange, Refusal, TenantDraft};

use super::super::problem::Problem;
use super::admin::LimitsPatch;
use super::error::V1Error;
use super::tenant::TenantPatch;
use super::tenant::key_shapes::AddKey;
use super::tenant::smtp::AccountBody;
use super::{body, fields};

/// What is wrong with a form, or why it is not taken.
pub(in crate::http) struct Wrong {
    /// What it would be in the API.
    pub(in crate::http) problem: Problem,
    /// Which field, as a name of the body; may be empty.
    pub(in crate::http) field: String,
    /// What to change.
    pub(in crate::http) detail: String,
}

impl From<V1Error> for Wrong {
    fn from(error: V1Error) -> Self {
        let (pointer, detail) = error.first();
        let field = pointer.trim_start_matches('/').replace(['/', '_'], " ");
        let (status, detail) = (error.status(), detail.to_owned());
        Self { problem: Problem { status, ..error.into_problem() }, field, detail }
    }
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        V1Error::refused(&refusal).into()
    }
}

impl From<AccountRefusal> for Wrong {
    fn from(refusal: AccountRefusal) -> Self {
        match refusal {
            AccountRefusal::Refused(refusal) => refusal.into(),
            AccountRefusal::Invalid(_, why) => V1Error::field(why.field(), why.to_string()).into(),
        }
    }
}

/// A value that cannot be taken.
pub(in crate::http) fn invalid(field: &str, detail: &str) -> Wrong {
    V1Error::field(format!("/{field}"), detail).into()
}

/// A mail account, as in `PUT /v1/tenant/smtp`.
pub(in crate::http) fn account(fields: Value) -> Result<RouteDraft, Wrong> {
    Ok(shaped::<AccountBody>(fields)?.draft("")?)
}

/// The mail server and the login of one.
pub(in crate::http) fn smtp(fields: Value) -> Result<SmtpDraft, Wrong> {
    Ok(shaped::<AccountBody>(fields)?.smtp("")?)
}

/// A secret key, as in `POST /v1/tenant/keys`.
pub(in crate::http) fn key(fields: Value) -> Result<(String, Scopes), Wrong> {
    Ok(shaped::<AddKey>(fields)?.read()?)
}

/// A secret key that there may be.
pub(in crate::http) fn key_handle(text: &str) -> Result<KeyHandle, Wrong> {
    KeyHandle::parse(text).ok_or_else(|| Refusal::UnknownKey.into())
}

/// What is changed of a tenant, as in `PATCH /v1/tenant`.
pub(in crate::http) fn tenant(fields: Value) -> Result<impl Fn(&mut TenantDraft), Wrong> {
    let patch = shaped::<TenantPatch>(fields)?;
    patch.check()?;
    Ok(move |draft: &mut TenantDraft| patch.apply(draft))
}

/// What is changed of a tenant's limits, as in `PATCH /v1/admin/tenants/{tenant}`.
pub(in crate::http) fn limits(fields: Value) -> Result<LimitsChange, Wrong> {
    let patch = shaped::<LimitsPatch>(fields)?;
    Ok(Box::new(move |limits| patch.apply(limits)))
}

/// What a tenant calls itself.
pub(in crate::http) fn name(text: &str) -> Result<String, Wrong> {
    Ok(parse_name(text).ok_or_else(|| V1Error::field("/name", "at most 100 bytes on one line"))?)
}

/// A template, as in the path of `/v1/tenant/templates`.
pub(in crate::http) fn template(purpose: &str, locale: &str) -> Result<TemplateName, Wrong> {
    let locale = fields::locale(Some(locale))?.unwrap_or(crate::domain::locale::Locale::ENGLISH);
    Ok(TemplateName { purpose: fields::purpose(Some(purpose))?, locale })
}

/// Where a test mail goes.
pub(in crate::http) fn recipient(text: &str) -> Result<Address, Wrong> {
    Ok(fields::recipient(text)?)
}

fn shaped<T: DeserializeOwned>(fields: Value) -> Result<T, V1Error> {
    body::parse(fields.to_string().as_bytes())
}
