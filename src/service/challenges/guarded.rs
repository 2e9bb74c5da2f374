//! What the rules against toll fraud check of an order.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::crypto::sids::Sids;
use crate::domain::id::TenantId;
use crate::domain::network::client_block;
use crate::domain::phone::fraud::trace::{self, Trace};
use crate::domain::phone::number::PhoneNumber;
use crate::domain::secret::TrailKey;
use crate::store::{EndUser, PhoneResend, PhoneSend};

use super::order::Order;

/// Returns what is checked of the first message of a challenge, if it goes to a phone number. Reserved
/// numbers of a sandbox are not counted, since tests use them over and over.
pub(super) fn first(keyring: &Keyring, order: &Order<'_>) -> Option<Box<PhoneSend>> {
    let rules = order.tenant.fraud.as_ref()?;
    let number = order.destination()?.0.phone()?;
    if !order.sends_now() || order.reserved().is_some() {
        return None;
    }
    let tenant = order.tenant.id();
    let prefixes = keyring.prefix_trails(tenant, number.prefix());
    let end_user = order.end_user.map(|ip| network(keyring, tenant, ip));
    let networks = end_user.iter().flat_map(|(_, keys)| moved(keys));
    let moved = moved(&prefixes).chain(networks).collect();
    let end_user = end_user.and_then(|(network, keys)| known(network, &keys));
    let trace = Trace {
        country: number.country(),
        last: number.last_four(),
        prefix: *prefixes.first()?,
        end_user: end_user.as_ref().map(|end_user| end_user.key),
        range: trace::range_of(number),
        is_safe: is_safe(keyring, order, number),
    };
    Some(Box::new(PhoneSend { trace, end_user, rules: Arc::clone(rules), moved }))
}

fn is_safe(keyring: &Keyring, order: &Order<'_>, number: &PhoneNumber) -> bool {
    let safe = &order.tenant.row.settings.safe_numbers;
    let sid = || Sids::new(keyring.shareable_keys()).safe_number(order.tenant.id(), number.as_str());
    !safe.is_empty() && safe.contains(&sid())
}

/// Returns what is checked of another message of a challenge, if its number has a trace.
pub(super) fn another(keyring: &Keyring, order: &Order<'_>) -> Option<Box<PhoneResend>> {
    let rules = Arc::clone(order.tenant.fraud.as_ref()?);
    let end_user = order.end_user.map(|ip| network(keyring, order.tenant.id(), ip));
    let end_user = end_user.and_then(|(network, keys)| known(network, &keys));
    Some(Box::new(PhoneResend { end_user, rules }))
}

/// Returns the network of an end user, and its keys.
fn network(keyring: &Keyring, tenant: TenantId, ip: IpAddr) -> (IpAddr, Vec<TrailKey>) {
    let network = client_block(ip);
    (network, keyring.network_trails(tenant, network))
}

/// Returns the end user of a network, under the key that is in use.
fn known(network: IpAddr, keys: &[TrailKey]) -> Option<EndUser> {
    let key = *keys.first()?;
    let network = if network.is_ipv6() { format!("{network}/64") } else { network.to_string() };
    Some(EndUser { key, network })
}

/// Returns the keys of other versions, each with the one that is in use.
fn moved(keys: &[TrailKey]) -> impl Iterator<Item = (TrailKey, TrailKey)> {
    keys.split_first().into_iter().flat_map(|(present, former)| former.iter().map(|key| (*key, *present)))
}
