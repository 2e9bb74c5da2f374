//! A way to write: one thread with one connection.

use crate::domain::id::IdGenerator;
use crate::domain::node::Node;
use crate::domain::time::Timestamp;

use super::failed::Result;
use super::tx::Tx;

/// A lane. It draws the identities of the rows that only the store knows, and it has counters of its own, so
/// that it never waits for another one.
pub struct Lane {
    node: Node,
    ids: IdGenerator,
}

impl Lane {
    /// The only lane of a node, in a store where `greatest` is the greatest identity that was drawn.
    pub fn of(node: Node, greatest: i64) -> Self {
        Self { node, ids: IdGenerator::of(node, greatest) }
    }

    /// Whose it is.
    pub const fn node(&self) -> Node {
        self.node
    }

    /// The next identity.
    pub fn draw(&self, now: Timestamp) -> i64 {
        self.ids.next(now)
    }
}

/// The greatest identity in use. The audit trail remembers challenges that have been deleted since.
pub fn greatest_id(tx: &dyn Tx) -> Result<i64> {
    let sql = "SELECT coalesce(max(id), 0) FROM (SELECT max(id) AS id FROM challenges \
               UNION ALL SELECT max(id) FROM tenants UNION ALL SELECT max(id) FROM audit \
               UNION ALL SELECT max(id) FROM webhooks UNION ALL SELECT max(id) FROM operators \
               UNION ALL SELECT max(id) FROM cells) ids";
    tx.one(sql, &[], |row| row.get())
}
