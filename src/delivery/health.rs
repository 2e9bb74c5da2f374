//! Server health, as observed by the messages of this process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::deliveries::server_health::RouteObservations;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::{Route, RouteHandle};
use crate::domain::time::Timestamp;

/// Number of routes above which the one that was used longest ago is dropped.
const MANY: usize = 4096;

/// A tenant's route and the server that it leads to. Another route, or another server, is
/// independent of it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct UsedRoute {
    pub(super) tenant: TenantId,
    pub(super) route: RouteHandle,
    pub(super) server: ServerAddress,
}

impl UsedRoute {
    /// Returns the key for this route of `tenant`.
    pub(super) fn of(tenant: TenantId, route: &Route) -> Self {
        Self { tenant, route: route.handle.clone(), server: route.transport.server() }
    }
}

/// The record of a route.
#[derive(Clone, Copy, Default)]
pub(super) struct RouteRecord {
    /// The revision of the tenant's routes, which identifies the circuit.
    pub(super) revision: u64,
    pub(super) seen: RouteObservations,
}

/// The observations about each route since the start.
#[derive(Default)]
pub(super) struct RouteHealth(Mutex<HashMap<UsedRoute, RouteRecord>>);

impl RouteHealth {
    /// Records that a message is being sent.
    pub(super) fn begin(&self, used: &UsedRoute, revision: u64, now: Timestamp) -> Sending<'_> {
        self.note(used, |known| {
            known.revision = revision;
            known.seen.sending += 1;
            known.seen.latest = now;
        });
        Sending { health: self, used: used.clone() }
    }

    /// Records whether it was sent.
    pub(super) fn end(&self, used: &UsedRoute, now: Timestamp, failed: Option<DeliveryError>) {
        self.note(used, |RouteRecord { seen, .. }| match failed {
            None => {
                seen.sent += 1;
                seen.last_sent = Some(now);
            }
            Some(reason) => {
                seen.failed += 1;
                seen.last_failure = Some((now, reason));
            }
        });
    }

    /// Returns all records.
    pub(super) fn all(&self) -> Vec<(UsedRoute, RouteRecord)> {
        self.known().iter().map(|(used, known)| (used.clone(), *known)).collect()
    }

    fn note(&self, used: &UsedRoute, change: impl FnOnce(&mut RouteRecord)) {
        let mut all = self.known();
        if let Some(known) = all.get_mut(used) {
            return change(known);
        }
        if all.len() >= MANY {
            let idle = all.iter().filter(|(_, known)| known.seen.sending == 0);
            let oldest = idle.min_by_key(|(_, known)| known.seen.latest).map(|(used, _)| used.clone());
            if let Some(oldest) = oldest {
                all.remove(&oldest);
            }
        }
        change(all.entry(used.clone()).or_default());
    }

    fn known(&self) -> MutexGuard<'_, HashMap<UsedRoute, RouteRecord>> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that is being sent. Dropping it ends the count, even if the send is abandoned.
pub(super) struct Sending<'a> {
    health: &'a RouteHealth,
    used: UsedRoute,
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if let Some(known) = self.health.known().get_mut(&self.used) {
            known.seen.sending = known.seen.sending.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::deliveries::server_address::Protocol;
    use crate::domain::tenants::smtp::Security;

    fn used(number: u64) -> UsedRoute {
        let server = ServerAddress {
            host: "mail.example.com".to_owned(),
            port: 587,
            protocol: Protocol::Smtp(Security::StartTls),
        };
        let route = RouteHandle::parse("smtp_2222222222222222").unwrap();
        UsedRoute { tenant: TenantId(number as i64), route, server }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn what_was_sent_and_what_failed_is_told_with_the_last_of_each() {
        let health = RouteHealth::default();
        let one = used(1);
        let sending = health.begin(&one, 7, at(5));
        assert_eq!(health.all()[0].1.seen.sending, 1);
        drop(sending);
        health.end(&one, at(6), Some(DeliveryError::TimedOut));
        health.end(&one, at(9), None);
        let RouteRecord { revision, seen } = health.all()[0].1;
        assert_eq!((revision, seen.sent, seen.failed, seen.sending), (7, 1, 1, 0));
        assert_eq!(
            (seen.last_sent, seen.last_failure),
            (Some(at(9)), Some((at(6), DeliveryError::TimedOut)))
        );
    }

    #[test]
    fn beyond_many_routes_the_one_used_longest_ago_is_forgotten_and_none_that_is_sending() {
        let health = RouteHealth::default();
        let _sending = health.begin(&used(0), 1, at(0));
        for number in 1..=MANY as u64 {
            drop(health.begin(&used(number), 1, at(number as i64)));
        }
        let tenants: Vec<i64> = health.all().iter().map(|(used, _)| used.tenant.0).collect();
        assert_eq!(tenants.len(), MANY);
        assert!(tenants.contains(&0) && !tenants.contains(&1) && tenants.contains(&2));
    }
}
