//! The outbox: what is still to be delivered.
//!
//! A row is held by a node (`holder`) from the moment at which it is queued: while it is being sent
//! (`due_at` is NULL) and while it waits for its next try. Held by nobody is what a node has left behind.

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::node::Node;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Queues the message of a challenge, in the hands of the node that writes.
pub fn queue(group: &Group, (tenant, challenge): (TenantId, ChallengeId), now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO outbox (challenge, tenant, holder, tries, queued_at) VALUES (?1, ?2, ?3, 0, ?4)";
    group.later(sql, with![challenge, tenant, group.node().number(), now])
}

/// Takes a message out of the outbox, if it is there.
pub fn leave(tx: &dyn Tx, challenge: ChallengeId) -> Result<()> {
    tx.later("DELETE FROM outbox WHERE challenge = ?1", with![challenge])
}

/// Lets go of everything that `node` held, for any node. What was being sent is due at `now`; answers how
/// much that was.
pub fn release(tx: &dyn Tx, node: Node, now: Timestamp) -> Result<usize> {
    let waiting = "UPDATE outbox SET holder = NULL WHERE holder = ?1 AND due_at IS NOT NULL";
    tx.later(waiting, with![node.number()])?;
    let under_way = "UPDATE outbox SET holder = NULL, due_at = ?2 WHERE holder = ?1";
    tx.change(under_way, with![node.number(), now])
}

/// Since when a message is queued, if it is.
pub fn queued_at(tx: &dyn Tx, challenge: ChallengeId) -> Result<Option<Timestamp>> {
    tx.first("SELECT queued_at FROM outbox WHERE challenge = ?1", with![challenge], |row| row.get())
}

/// The same of a message that is not being sent just now.
pub fn waits_since(tx: &dyn Tx, challenge: ChallengeId) -> Result<Option<Timestamp>> {
    let sql = "SELECT queued_at FROM outbox WHERE challenge = ?1 AND due_at IS NOT NULL";
    tx.first(sql, with![challenge], |row| row.get())
}

/// Whether a message is being sent.
pub fn is_under_way(tx: &dyn Tx, challenge: ChallengeId) -> Result<bool> {
    tx.has("SELECT 1 FROM outbox WHERE challenge = ?1 AND due_at IS NULL", with![challenge])
}

/// Puts a message that was in hand back until `due_at`, after a try that failed or without one;
/// `false` when it is not in the outbox any more.
pub fn put_back(tx: &dyn Tx, challenge: ChallengeId, due_at: Timestamp, tries: u32) -> Result<bool> {
    let sql = "UPDATE outbox SET due_at = ?2, tries = tries + ?3 WHERE challenge = ?1";
    Ok(tx.change(sql, with![challenge, due_at, tries])? > 0)
}
