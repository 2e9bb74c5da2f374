//! How many connections one address may hold, so that it cannot take the places of all others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;

use crate::config::Settings;
use crate::domain::network::{client_block, customer_network};

/// The open connections by address: IPv4 addresses, and IPv6 networks of the sizes /64 and /48.
#[derive(Clone)]
pub(super) struct Crowd(Arc<Inner>);

struct Inner {
    /// For an address, and for a /48; `None` for no bound.
    bounds: Option<[usize; 2]>,
    exempt: Vec<IpNet>,
    open: Mutex<HashMap<Group, usize>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Group {
    Address(IpAddr),
    Network(IpAddr),
}

impl Crowd {
    /// The bounds of the settings. Proxies bring many clients, and exempt networks are not counted anywhere.
    pub(super) fn of(settings: &Settings) -> Self {
        let (server, limits) = (&settings.server, &settings.limits);
        let exempt = [&server.trusted_proxies[..], &limits.exempt_networks].concat();
        let most = server.max_connections_per_address;
        let factor = usize::try_from(limits.network_factor).unwrap_or(usize::MAX);
        let of_network = if factor == 0 { usize::MAX } else { most.saturating_mul(factor) };
        let bounds = (most > 0).then_some([most, of_network]);
        Self(Arc::new(Inner { bounds, exempt, open: Mutex::default() }))
    }

    /// Lets a connection of this address in, until the result is dropped. `None` if it holds too many.
    pub(super) fn enter(&self, ip: IpAddr) -> Option<Entered> {
        let ip = ip.to_canonical();
        let Some(bounds) = self.0.bounds else { return Some(Entered::uncounted(self)) };
        if self.0.exempt.iter().any(|network| network.contains(&ip)) {
            return Some(Entered::uncounted(self));
        }
        let network = customer_network(ip).map(|network| Group::Network(IpAddr::V6(network)));
        let groups = [Some(Group::Address(client_block(ip))), network];
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |(group, most): (&Option<Group>, usize)| {
            group.is_some_and(|group| open.get(&group).is_some_and(|count| *count >= most))
        };
        if groups.iter().zip(bounds).any(is_full) {
            return None;
        }
        for group in groups.iter().flatten() {
            *open.entry(*group).or_default() += 1;
        }
        Some(Entered { crowd: self.clone(), groups })
    }
}

/// A connection that was let in.
pub(super) struct Entered {
    crowd: Crowd,
    groups: [Option<Group>; 2],
}

impl Entered {
    fn uncounted(crowd: &Crowd) -> Self {
        Self { crowd: crowd.clone(), groups: [None; 2] }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if self.groups == [None; 2] {
            return;
        }
        let mut open = self.crowd.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        for group in self.groups.iter().flatten() {
            if let Some(count) = open.get_mut(group) {
                *count -= 1;
                if *count == 0 {
                    open.remove(group);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(change: impl FnOnce(&mut Settings)) -> Crowd {
        let mut settings = crate::config::load(None, std::iter::empty()).unwrap();
        settings.server.max_connections_per_address = 2;
        settings.limits.network_factor = 3;
        change(&mut settings);
        Crowd::of(&settings)
    }

    fn enter(crowd: &Crowd, ip: &str) -> Option<Entered> {
        crowd.enter(ip.parse().unwrap())
    }

    #[test]
    fn an_address_holds_so_many_and_one_more_after_each_that_ends() {
        let crowd = crowd(|_| {});
        for [one, other, further] in [
            ["192.0.2.1", "192.0.2.1", "192.0.2.2"],
            ["::ffff:192.0.2.9", "192.0.2.9", "::ffff:192.0.2.8"],
            ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"],
        ] {
            let (first, _second) = (enter(&crowd, one).unwrap(), enter(&crowd, other).unwrap());
            assert!(enter(&crowd, one).is_none() && enter(&crowd, other).is_none());
            assert!(enter(&crowd, further).is_some());
            drop(first);
            assert!(enter(&crowd, other).is_some());
        }
        assert!(crowd.0.open.lock().unwrap().is_empty(), "nothing is kept of those that have gone");
    }

    #[test]
    fn the_networks_of_one_customer_hold_so_many_times_more() {
        let crowd = crowd(|_| {});
        let entered: Vec<_> = (0..6).map(|n| enter(&crowd, &format!("2001:db8:1:{n}::")).unwrap()).collect();
        assert!(enter(&crowd, "2001:db8:1:ffff::").is_none());
        assert!(enter(&crowd, "2001:db8:2::").is_some());
        drop(entered);
        assert!(enter(&crowd, "2001:db8:1:ffff::").is_some());
    }

    #[test]
    fn proxies_and_exempt_networks_are_not_counted() {
        let crowd = crowd(|settings| {
            settings.server.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
            settings.limits.exempt_networks = vec!["2001:db8:3::/48".parse().unwrap()];
        });
        for ip in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8:3::1"] {
            let entered: Vec<_> = (0..100).map(|_| enter(&crowd, ip)).collect();
            assert!(entered.iter().all(Option::is_some), "{ip}");
        }
        assert!(crowd.0.open.lock().unwrap().is_empty());
    }

    #[test]
    fn zero_is_no_bound() {
        let crowd = crowd(|settings| settings.server.max_connections_per_address = 0);
        let entered: Vec<_> = (0..100).map(|_| enter(&crowd, "192.0.2.1")).collect();
        assert!(entered.iter().all(Option::is_some));
    }
}
