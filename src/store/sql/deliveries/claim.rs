//! Claiming messages from the outbox.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::Room;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::node::Node;
use crate::domain::time::Timestamp;
use crate::store::ClaimedDelivery;
use crate::store::sql::dialect::{is_active, live_tenant, lock_free};
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
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
        for (challenge, due) in due(group, tenant, now, most)? {
            let hold = "UPDATE outbox SET holder = ?2, due_at = NULL WHERE challenge = ?1";
            group.later(hold, with![challenge, group.node().number()])?;
            claimed.extend(due);
        }
        after = tenant;
    }
    Ok(claimed)
}

/// Returns the due messages of a tenant, the longest waiting first. One whose challenge has ended has nothing to
/// send, and is left to be removed.
///
/// The challenge is read without a lock: whoever ends it locks it first and the message then.
fn due(
    group: &Group,
    tenant: TenantId,
    now: Timestamp,
    most: usize,
) -> Result<Vec<(ChallengeId, Option<ClaimedDelivery>)>> {
    let sql = concat!(
        "SELECT o.challenge, o.queued_at, o.tries, o.unconfirmed, c.payload, c.channel, c.purpose, c.expires_at, \
         c.sends FROM outbox o LEFT JOIN challenges c ON c.id = o.challenge WHERE o.tenant = ?1 AND o.due_at <= ?2 \
         AND (o.holder IS NULL OR o.holder = ?3) ORDER BY o.due_at, o.challenge LIMIT ?4 ",
        lock_free!(o)
    );
    group.all(sql, with![tenant, now, group.node().number(), most], |row| {
        let challenge = row.get()?;
        Ok((challenge, read(row, tenant, challenge)?))
    })
}

fn read(row: &mut Row, tenant: TenantId, challenge: ChallengeId) -> Result<Option<ClaimedDelivery>> {
    let (queued_at, tries, unconfirmed) = (row.get()?, row.get()?, row.get()?);
    let Some(payload) = row.get()? else { return Ok(None) };
    let (channel, purpose) = (row.word(ChannelKind::parse)?, row.word(Purpose::parse)?);
    let (expires_at, sends) = (row.get()?, row.get()?);
    Ok(Some(ClaimedDelivery {
        challenge,
        tenant,
        channel,
        purpose,
        payload,
        expires_at,
        queued_at,
        sends,
        tries,
        unconfirmed,
    }))
}
