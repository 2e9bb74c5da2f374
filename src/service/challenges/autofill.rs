//! The last line of text messages: which page or app may take the code.

use crate::domain::challenges::details::Details;
use crate::domain::sms::{Autofill, CodeHost};
use crate::domain::tenants::tenant::TenantSettings;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;

/// Refuses a page of a host that the tenant has not listed: a phone would offer the code there.
pub(super) fn check(settings: &TenantSettings, asked: Option<&Autofill>) -> Result<(), Refusal> {
    let Some(Autofill::Page(host)) = asked else { return Ok(()) };
    let is_listed = settings.allowed_origins.iter().any(|origin| origin.host() == host.as_str());
    is_listed.then_some(()).ok_or(Refusal::OriginNotAllowed)
}

/// Returns what a new challenge asks for, or else the page of this server on which it is answered.
pub(super) fn chosen(rules: &Rules, asked: Option<&Autofill>, details: &Details) -> Option<Autofill> {
    let page = || {
        let origin = details.hosting().and(rules.public_url.as_ref());
        origin.and_then(CodeHost::of).map(Autofill::Page)
    };
    asked.cloned().or_else(page)
}
