//! The verbs for nodes.

use std::sync::Arc;

use crate::domain::membership::Membership;
use crate::domain::node::{Cluster, DEAD_AFTER, Duty, NodeLease};
use crate::domain::time::Timestamp;
use crate::store::sql::engine::Engine;
use crate::store::sql::store::SqlStore;
use crate::store::{Joined, Joining, NodeStore, Renewal, Verb};

use super::{duties, join, members, release};

impl<E: Engine> NodeStore for SqlStore<E> {
    fn join(&self, new: Joining, now: Timestamp) -> Verb<'_, Option<Joined>> {
        self.write_anyway(move |group| join::join(&**group, &new, now))
    }

    fn renew(&self, lease: NodeLease, renewal: Renewal, now: Timestamp) -> Verb<'_, bool> {
        self.write_row_anyway(move |group| members::renew(&**group, lease, renewal, now))
    }

    fn is_member(&self, lease: NodeLease) -> Verb<'_, bool> {
        self.read(move |tx| members::holds(tx, lease))
    }

    fn leave(&self, lease: NodeLease, now: Timestamp) -> Verb<'_, ()> {
        self.write_anyway(move |group| match members::holds(&**group, lease)? {
            true => release::all_of(&**group, lease.node, now),
            false => Ok(()),
        })
    }

    fn take_duty(&self, duty: Duty, lease: NodeLease, now: Timestamp) -> Verb<'_, bool> {
        self.write_anyway(move |group| {
            Ok(members::holds(&**group, lease)? && duties::take(&**group, duty, lease.node, now)?)
        })
    }

    fn cluster(&self) -> Verb<'_, Cluster> {
        self.read(|tx| Ok(Cluster { nodes: members::all(tx)?, duties: duties::all(tx)? }))
    }

    fn release_dead(&self, dead: NodeLease, now: Timestamp) -> Verb<'_, bool> {
        self.write_anyway(move |group| {
            let is_dead = members::was_quiet(&**group, dead, now - DEAD_AFTER)?;
            if is_dead {
                release::all_of(&**group, dead.node, now)?;
            }
            Ok(is_dead)
        })
    }

    fn time(&self) -> Verb<'_, Option<Timestamp>> {
        self.engine.time()
    }

    fn guard(&self, membership: Arc<Membership>) {
        // The first one stays.
        let _ = self.membership.set(membership);
    }
}
