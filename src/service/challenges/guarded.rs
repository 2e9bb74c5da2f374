//! What the rules against toll fraud check of an order.

use std::net::IpAddr;
use std::sync::Arc;

use crate::crypto::keyring::Keyring;
use crate::domain::id::TenantId;
use crate::domain::network::client_block;
use crate::domain::phone::fraud::trace::{self, Trace};
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
    let networks = order.end_user.map(|ip| keyring.network_trails(tenant, client_block(ip)));
    let moved = moved(&prefixes).chain(networks.iter().flat_map(|keys| moved(keys))).collect();
    let end_user = end_user(keyring, tenant, order.end_user);
    let trace = Trace {
        country: number.country(),
        last: number.last_four(),
        prefix: *prefixes.first()?,
        end_user: end_user.as_ref().map(|end_user| end_user.key),
        range: trace::range_of(number),
    };
    Some(Box::new(PhoneSend { trace, end_user, rules: Arc::clone(rules), moved }))
}

/// Returns what is checked of another message of a challenge, if its number has a trace.
pub(super) fn another(keyring: &Keyring, order: &Order<'_>) -> Option<Box<PhoneResend>> {
    let rules = Arc::clone(order.tenant.fraud.as_ref()?);
    let end_user = end_user(keyring, order.tenant.id(), order.end_user);
    Some(Box::new(PhoneResend { end_user, rules }))
}

fn end_user(keyring: &Keyring, tenant: TenantId, ip: Option<IpAddr>) -> Option<EndUser> {
    let network = client_block(ip?);
    let key = *keyring.network_trails(tenant, network).first()?;
    let network = if network.is_ipv6() { format!("{network}/64") } else { network.to_string() };
    Some(EndUser { key, network })
}

/// Returns the keys of other versions, each with the one that is in use.
fn moved(keys: &[TrailKey]) -> impl Iterator<Item = (TrailKey, TrailKey)> {
    keys.split_first().into_iter().flat_map(|(present, former)| former.iter().map(|key| (*key, *present)))
}
