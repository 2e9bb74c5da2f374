//! Lanes: a lane is one writing thread with one connection.

use std::sync::Arc;

use crate::domain::id::{self, IdGenerator};
use crate::domain::node::{MOST_LANES, Node};
use crate::domain::time::Timestamp;

use super::failed::Result;
use super::reports::known_cells::KnownCells;
use super::tx::Tx;

/// A lane. It draws the identities of the rows that only the store knows, and has counters of its
/// own, so that it never waits for another lane.
pub struct WriterLane {
    node: Node,
    number: u8,
    ids: Arc<IdGenerator>,
    cells: KnownCells,
}

impl WriterLane {
    /// How many numbers a lane has in each millisecond.
    const NUMBERS: i64 = id::PER_MILLISECOND / MOST_LANES as i64;

    /// Creates the lane of a node with this number. All lanes of a node draw from the same identities.
    pub fn of(node: Node, number: u8, ids: Arc<IdGenerator>) -> Self {
        Self { node, number, ids, cells: KnownCells::default() }
    }

    /// Creates the only lane of a node, in a store in which `greatest` is the greatest identity so far.
    pub fn only(node: Node, greatest: i64) -> Self {
        Self::of(node, 0, Arc::new(IdGenerator::of(node, greatest)))
    }

    /// Returns the node of the lane.
    pub const fn node(&self) -> Node {
        self.node
    }

    /// Returns the cells that the lane has found lately.
    pub const fn cells(&self) -> &KnownCells {
        &self.cells
    }

    /// Returns the number of the lane within its node.
    pub const fn number(&self) -> u8 {
        self.number
    }

    /// Returns the number under which the lane counts. No other lane of any node has it.
    pub fn counting(&self) -> i64 {
        i64::from(self.node.number()) << u8::BITS | i64::from(self.number)
    }

    /// Returns a number that grows with time: a node's lanes divide its numbers in each millisecond.
    pub fn first(&self, now: Timestamp) -> i64 {
        id::first_of_node(self.node, now) + i64::from(self.number) * Self::NUMBERS
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
               UNION ALL SELECT max(id) FROM factors UNION ALL SELECT max(id) FROM recovery_codes \
               UNION ALL SELECT max(id) FROM cells UNION ALL SELECT max(id) FROM hooks \
               UNION ALL SELECT max(tenant) FROM deletions) ids";
    tx.one(sql, &[], |row| row.get())
}
