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

/// Returns what may take the code of a new challenge: what the tenant named, or else the page of this
/// server on which it is answered. A page that is shown in a frame needs the host of the page around it.
pub(super) fn chosen(rules: &Rules, asked: Option<&Autofill>, details: &Details) -> Option<Autofill> {
    let own = details.hosting().and(rules.public_url.as_ref()).and_then(CodeHost::of);
    let is_framed = details.hosting().is_some_and(|hosting| hosting.embed);
    match (asked, own) {
        (Some(Autofill::Page(around)), Some(own)) if is_framed && *around != own => {
            Some(Autofill::Framed(around.clone(), own))
        }
        (Some(asked), _) => Some(asked.clone()),
        (None, own) => own.map(Autofill::Page),
    }
}
