//! The outbox: messages that are still to be delivered.
//!
//! From the moment it is queued, a row is held by a node (`holder`): while it is being sent
//! (`due_at` is NULL) and while it waits for its next try. A row without a holder was left behind
//! by a node.

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::node::Node;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Queues the message of a challenge, held by the writing node.
pub fn queue(group: &Group, (tenant, challenge): (TenantId, ChallengeId), now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO outbox (challenge, tenant, holder, tries, unconfirmed, queued_at) \
               VALUES (?1, ?2, ?3, 0, 0, ?4)";
    group.later(sql, with![challenge, tenant, group.node().number(), now])
}

/// A message that has not ended.
pub struct QueuedMessage {
    pub queued_at: Timestamp,
    /// Number of tries that have failed.
    pub tries: u32,
    /// Number of tries whose fate is unknown.
    pub unconfirmed: u32,
    /// When and why they failed, in the format of [`Try`](crate::domain::deliveries::history::Try).
    pub log: Option<String>,
}

/// Removes a message from the outbox, if it is there.
pub fn take(tx: &dyn Tx, challenge: ChallengeId) -> Result<Option<QueuedMessage>> {
    let sql = "SELECT queued_at, tries, unconfirmed, log FROM outbox WHERE challenge = ?1";
    let found = tx.first(sql, with![challenge], |row| {
        let (queued_at, tries, unconfirmed) = (row.get()?, row.get()?, row.get()?);
        Ok(QueuedMessage { queued_at, tries, unconfirmed, log: row.get()? })
    })?;
    if found.is_some() {
        tx.later("DELETE FROM outbox WHERE challenge = ?1", with![challenge])?;
    }
    Ok(found)
}

/// Releases all messages that `node` held, for any node. Those that were being sent are due at
/// `now`, and their fate is unknown; returns their number.
pub fn release(tx: &dyn Tx, node: Node, now: Timestamp) -> Result<usize> {
    let waiting = "UPDATE outbox SET holder = NULL WHERE holder = ?1 AND due_at IS NOT NULL";
    tx.later(waiting, with![node.number()])?;
    let under_way = "UPDATE outbox SET holder = NULL, due_at = ?2, unconfirmed = unconfirmed + 1 \
                     WHERE holder = ?1";
    tx.change(under_way, with![node.number(), now])
}

/// Returns when a message was queued; `None` if it is not queued or is being sent.
pub fn queued_since(tx: &dyn Tx, challenge: ChallengeId) -> Result<Option<Timestamp>> {
    let sql = "SELECT queued_at FROM outbox WHERE challenge = ?1 AND due_at IS NOT NULL";
    tx.first(sql, with![challenge], |row| row.get())
}

/// Returns whether a message is being sent.
pub fn is_under_way(tx: &dyn Tx, challenge: ChallengeId) -> Result<bool> {
    tx.has("SELECT 1 FROM outbox WHERE challenge = ?1 AND due_at IS NULL", with![challenge])
}

/// Returns a message that was not tried to the queue until `due_at`.
pub fn put_back(tx: &dyn Tx, challenge: ChallengeId, due_at: Timestamp) -> Result<()> {
    tx.later("UPDATE outbox SET due_at = ?2 WHERE challenge = ?1", with![challenge, due_at])
}

/// Returns a message that was tried at `now` to the queue until `due_at`; `unconfirmed` is 1 if the
/// fate of the try is unknown. Returns `false` if it is
/// no longer in the outbox.
pub fn put_back_tried(
    tx: &dyn Tx,
    challenge: ChallengeId,
    due_at: Timestamp,
    (now, reason, unconfirmed): (Timestamp, DeliveryError, u32),
) -> Result<bool> {
    let sql = "UPDATE outbox SET due_at = ?2, tries = tries + 1, unconfirmed = unconfirmed + ?4, log = coalesce(log || ' ', '') || ?3 \
               WHERE challenge = ?1";
    let tried = format!("{}:{}", now.as_millis(), reason.as_str());
    Ok(tx.change(sql, with![challenge, due_at, &tried, unconfirmed])? > 0)
}
