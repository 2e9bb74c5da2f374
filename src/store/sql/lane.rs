//! Lanes: a lane is one writing thread with one connection.

use crate::domain::id::IdGenerator;
use crate::domain::node::Node;
use crate::domain::time::Timestamp;

use super::failed::Result;
use super::tx::Tx;

/// A lane. It draws the identities of the rows that only the store knows, and has counters of its
/// own, so that it never waits for another lane.
pub struct WriterLane {
    node: Node,
    ids: IdGenerator,
}

impl WriterLane {
    /// Creates the only lane of a node, in a store in which `greatest` is the greatest identity so far.
    pub fn of(node: Node, greatest: i64) -> Self {
        Self { node, ids: IdGenerator::of(node, greatest) }
    }

    /// Returns the node of the lane.
    pub const fn node(&self) -> Node {
        self.node
    }

    /// Returns the next identity.
    pub fn draw(&self, now: Timestamp) -> i64 {
        self.ids.next(now)
    }
}

/// Returns the greatest identity in use. The audit trail also has the identities of deleted challenges.
pub fn greatest_id(tx: &dyn Tx) -> Result<i64> {
    let sql = "SELECT coalesce(max(id), 0) FROM (SELECT max(id) AS id FROM challenges \
               UNION ALL SELECT max(id) FROM tenants UNION ALL SELECT max(id) FROM audit \
               UNION ALL SELECT max(id) FROM webhooks UNION ALL SELECT max(id) FROM operators \
               UNION ALL SELECT max(id) FROM cells) ids";
    tx.one(sql, &[], |row| row.get())
}
