//! Claiming messages from the outbox.

use crate::domain::deliveries::delivery::Room;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::node::Node;
use crate::domain::time::Timestamp;
use crate::store::ClaimedDelivery;
use crate::store::sql::dialect::{is_active, live_tenant};
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Returns the next tenant after `after` that has something due for this node and room for it. The
/// queue of a disabled tenant waits until the tenant is enabled again, or expires.
pub fn next_due(
    tx: &dyn Tx,
    node: Node,
    (room, after): (&Room, TenantId),
    now: Timestamp,
) -> Result<Option<TenantId>> {
    let next = "SELECT tenant FROM outbox WHERE tenant > ?1 AND due_at IS NOT NULL ORDER BY tenant LIMIT 1";
    let is_due = concat!(
        "SELECT 1 FROM tenants t ",
        live_tenant!(),
        " WHERE t.id = ?1 AND ",
        is_active!(),
        " AND EXISTS (SELECT 1 FROM outbox o WHERE o.tenant = t.id AND o.due_at <= ?2 \
                      AND (o.holder IS NULL OR o.holder = ?3))"
    );
    let mut after = after;
    while let Some(tenant) = tx.first(next, with![after], |row| row.get::<TenantId>())? {
        if room.of(tenant) > 0 && tx.has(is_due, with![tenant, now, node.number()])? {
            return Ok(Some(tenant));
        }
        after = tenant;
    }
    Ok(None)
}

/// Claims due messages within the available room, tenant by tenant.
pub fn claim(group: &Group, room: &Room, now: Timestamp) -> Result<Vec<ClaimedDelivery>> {
    let (mut claimed, mut after) = (Vec::new(), room.after);
    while claimed.len() < room.limit
        && let Some(tenant) = next_due(group, group.node(), (room, after), now)?
    {
        let most = room.of(tenant).min(room.limit - claimed.len());
        for due in due(group, tenant, now, most)? {
            claimed.extend(take(group, tenant, due)?);
        }
        after = tenant;
    }
    Ok(claimed)
}

/// A row of the outbox.
struct DueRow {
    challenge: ChallengeId,
    queued_at: Timestamp,
    tries: u32,
    unconfirmed: u32,
}

/// Returns the due messages of a tenant, the longest waiting first.
fn due(group: &Group, tenant: TenantId, now: Timestamp, most: usize) -> Result<Vec<DueRow>> {
    let sql = "SELECT challenge, queued_at, tries, unconfirmed FROM outbox WHERE tenant = ?1 AND due_at <= ?2 \
               AND (holder IS NULL OR holder = ?3) ORDER BY due_at, challenge LIMIT ?4";
    group.all(sql, with![tenant, now, group.node().number(), most], |row| {
        let (challenge, queued_at) = (row.get()?, row.get()?);
        Ok(DueRow { challenge, queued_at, tries: row.get()?, unconfirmed: row.get()? })
    })
}

/// Claims a message for this node. One whose challenge has ended is left to be removed.
fn take(group: &Group, tenant: TenantId, due: DueRow) -> Result<Option<ClaimedDelivery>> {
    let DueRow { challenge, queued_at, tries, unconfirmed } = due;
    let hold = "UPDATE outbox SET holder = ?2, due_at = NULL WHERE challenge = ?1";
    group.later(hold, with![challenge, group.node().number()])?;
    let Some(held) = group.challenge(challenge)? else { return Ok(None) };
    let row = held.get();
    let Some(payload) = row.payload.clone() else { return Ok(None) };
    Ok(Some(ClaimedDelivery {
        challenge,
        tenant,
        channel: row.shown.channel,
        purpose: row.shown.purpose.clone(),
        payload,
        expires_at: row.shown.standing.expires_at,
        queued_at,
        sends: row.sends,
        tries,
        unconfirmed,
    }))
}
