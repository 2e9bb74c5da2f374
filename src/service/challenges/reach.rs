//! Which phone numbers a code may be sent to.

use crate::domain::address::Address;
use crate::domain::challenges::asking::Ask;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::sandbox::Reserved;
use crate::domain::tenants::tenant::Tenant;
use crate::service::refusal::{Refusal, Unreachable};
use crate::service::rules::Rules;
use crate::service::tenants::loaded::LoadedTenant;

/// Refuses a number of a kind that the channel does not reach, or of a country that the tenant or the
/// operator has not listed. A sandbox sends nothing to its reserved numbers, wherever they are.
pub(super) fn check(
    rules: &Rules,
    tenant: &LoadedTenant,
    to: &Address,
    channel: ChannelKind,
) -> Result<(), Refusal> {
    if tenant.is_sandbox() && Reserved::of(to).is_some() {
        return Ok(());
    }
    check_for(rules, &tenant.row, to, channel)
}

/// Refuses a page that asks for phone numbers of a tenant that has not listed any country: its visitor
/// could not help it.
pub(super) fn check_page(tenant: &LoadedTenant, ask: Ask) -> Result<(), Refusal> {
    let reaches_none = !tenant.is_sandbox() && tenant.row.settings.phone.countries.is_empty();
    match ask.takes_numbers() && reaches_none {
        true => Err(Refusal::Unreachable(Unreachable::Nowhere)),
        false => Ok(()),
    }
}

/// Like [`check`], for a tenant that is no sandbox.
pub(in crate::service) fn check_for(
    rules: &Rules,
    tenant: &Tenant,
    to: &Address,
    channel: ChannelKind,
) -> Result<(), Refusal> {
    let Some(number) = to.phone().filter(|_| channel != ChannelKind::None) else { return Ok(()) };
    let country = number.country();
    if !channel.reaches(number) {
        return Err(Refusal::Unreachable(Unreachable::Line(channel)));
    }
    let listed = tenant.settings.phone.countries.contains(country) && rules.countries.contains(country);
    listed.then_some(()).ok_or(Refusal::Unreachable(Unreachable::Country(country)))
}
