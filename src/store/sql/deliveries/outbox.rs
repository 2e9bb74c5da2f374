//! The outbox: what is still to be delivered.
//!
//! A row is held by a node (`holder`) from the moment at which it is queued: while it is being sent
//! (`due_at` is NULL) and while it waits for its next try. Held by nobody is what a node has left behind.

use crate::domain::deliveries::delivery::DeliveryError;
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

/// A message that has not ended.
pub struct Queued {
    pub queued_at: Timestamp,
    /// That have failed.
    pub tries: u32,
    /// When and why, as [`Try`](crate::domain::deliveries::history::Try) reads it.
    pub log: Option<String>,
}

/// Takes a message out of the outbox, if it is there.
pub fn take(tx: &dyn Tx, challenge: ChallengeId) -> Result<Option<Queued>> {
    let sql = "SELECT queued_at, tries, log FROM outbox WHERE challenge = ?1";
    let found = tx.first(sql, with![challenge], |row| {
        Ok(Queued { queued_at: row.get()?, tries: row.get()?, log: row.get()? })
    })?;
    if found.is_some() {
        tx.later("DELETE FROM outbox WHERE challenge = ?1", with![challenge])?;
    }
    Ok(found)
}

/// Lets go of everything that `node` held, for any node. What was being sent is due at `now`; answers how
/// much that was.
pub fn release(tx: &dyn Tx, node: Node, now: Timestamp) -> Result<usize> {
    let waiting = "UPDATE outbox SET holder = NULL WHERE holder = ?1 AND due_at IS NOT NULL";
    tx.later(waiting, with![node.number()])?;
    let under_way = "UPDATE outbox SET holder = NULL, due_at = ?2 WHERE holder = ?1";
    tx.change(under_way, with![node.number(), now])
}

/// Since when a message is queued that is not being sent just now.
pub fn waits_since(tx: &dyn Tx, challenge: ChallengeId) -> Result<Option<Timestamp>> {
    let sql = "SELECT queued_at FROM outbox WHERE challenge = ?1 AND due_at IS NOT NULL";
    tx.first(sql, with![challenge], |row| row.get())
}

/// Whether a message is being sent.
pub fn is_under_way(tx: &dyn Tx, challenge: ChallengeId) -> Result<bool> {
    tx.has("SELECT 1 FROM outbox WHERE challenge = ?1 AND due_at IS NULL", with![challenge])
}

/// Puts a message that was not tried back until `due_at`.
pub fn put_back(tx: &dyn Tx, challenge: ChallengeId, due_at: Timestamp) -> Result<()> {
    tx.later("UPDATE outbox SET due_at = ?2 WHERE challenge = ?1", with![challenge, due_at])
}

/// Puts a message back until `due_at` that was tried at `now`; `false` when it is not in the outbox any
/// more.
pub fn put_back_tried(
    tx: &dyn Tx,
    challenge: ChallengeId,
    due_at: Timestamp,
    (now, reason): (Timestamp, DeliveryError),
) -> Result<bool> {
    let sql = "UPDATE outbox SET due_at = ?2, tries = tries + 1, log = coalesce(log || ' ', '') || ?3 \
               WHERE challenge = ?1";
    let tried = format!("{}:{}", now.as_millis(), reason.as_str());
    Ok(tx.change(sql, with![challenge, due_at, &tried])? > 0)
}
