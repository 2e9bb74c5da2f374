//! The rules for challenges with a page.

use crate::domain::challenges::details::Details;
use crate::domain::tenants::tenant::TenantSettings;
use crate::service::refusal::Refusal;
use crate::service::rules::Rules;

/// Refuses a page that has no way back.
pub(super) fn check(rules: &Rules, settings: &TenantSettings, details: &Details) -> Result<(), Refusal> {
    let Some(hosting) = details.hosting() else { return Ok(()) };
    if rules.public_url.is_none() {
        return Err(Refusal::NoPages);
    }
    if hosting.return_url.as_ref().is_some_and(|url| !settings.return_urls.contains(url)) {
        return Err(Refusal::ReturnUrlNotAllowed);
    }
    if hosting.embed && settings.allowed_origins.is_empty() {
        return Err(Refusal::NobodyEmbeds);
    }
    Ok(())
}
