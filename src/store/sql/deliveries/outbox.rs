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
use crate::store::sql::rows::QueuedMessage;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Queues the message of a challenge, held by the writing node.
pub fn queue(group: &Group, (tenant, challenge): (TenantId, ChallengeId), now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO outbox (challenge, tenant, holder, tries, unconfirmed, queued_at) \
               VALUES (?1, ?2, ?3, 0, 0, ?4)";
    group.hold().forget_message(challenge);
    group.later(sql, with![challenge, tenant, group.node().number(), now])
}

/// Removes a message from the outbox, if it is there.
pub fn take(group: &Group, challenge: ChallengeId) -> Result<Option<QueuedMessage>> {
    let found = group.take_message(challenge)?;
    if found.is_some() {
        group.later("DELETE FROM outbox WHERE challenge = ?1", with![challenge])?;
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

/// Returns since when the message that is due the longest is due.
pub fn longest_due(tx: &dyn Tx) -> Result<Option<Timestamp>> {
    tx.one("SELECT min(due_at) FROM outbox WHERE due_at IS NOT NULL", &[], |row| row.get())
}

/// Returns a message that was not tried to the queue until `due_at`.
pub fn put_back(group: &Group, challenge: ChallengeId, due_at: Timestamp) -> Result<()> {
    group.later("UPDATE outbox SET due_at = ?2 WHERE challenge = ?1", with![challenge, due_at])
}

/// Makes a message due that this node holds and that nobody has taken to send it.
pub fn give_back(group: &Group, challenge: ChallengeId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE outbox SET due_at = ?2 WHERE challenge = ?1 AND holder = ?3 AND due_at IS NULL";
    group.hold().forget_message(challenge);
    group.later(sql, with![challenge, now, group.node().number()])
}

/// Returns a message that was tried at `now` to the queue until `due_at`; `unconfirmed` is 1 if the
/// fate of the try is unknown. Returns `false` if it is
/// no longer in the outbox.
pub fn put_back_tried(
    group: &Group,
    challenge: ChallengeId,
    due_at: Timestamp,
    (now, reason, unconfirmed): (Timestamp, DeliveryError, u32),
) -> Result<bool> {
    let sql = "UPDATE outbox SET due_at = ?2, tries = tries + 1, unconfirmed = unconfirmed + ?4, log = coalesce(log || ' ', '') || ?3 \
               WHERE challenge = ?1";
    let tried = format!("{}:{}", now.as_millis(), reason.as_str());
    group.hold().forget_message(challenge);
    Ok(group.change(sql, with![challenge, due_at, &tried, unconfirmed])? > 0)
}
