//! The outbox: what is still to be delivered.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryEnd, DeliveryError, DeliveryStatus, Room};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::Sealed;
use crate::domain::tenants::tenant::TenantStatus;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::store::{ClaimedDelivery, DeliveryStore, Verb};

use super::challenges::{Affected, affected_columns};
use super::group::Group;
use super::row::Columns;
use super::{SqliteStore, events, recipients, row, statistics};
use crate::store::sql::audit::About;
use crate::store::sql::reports::Counter;

impl DeliveryStore for SqliteStore {
    fn release_deliveries(&self, now: Timestamp) -> Verb<'_, usize> {
        self.engine.writer.write(move |connection| release(connection, now))
    }

    fn claim_deliveries(&self, now: Timestamp, room: Room) -> Verb<'_, Vec<ClaimedDelivery>> {
        // Looked for before the writer is bothered: mostly there is nothing.
        let any = self.engine.look(|connection| Ok(next_due(connection, &room, room.after, now)?.is_some()));
        Box::pin(async move {
            match any.await? {
                true => self.engine.writer.write(move |connection| claim(connection, &room, now)).await,
                false => Ok(Vec::new()),
            }
        })
    }

    fn settle_delivery(&self, challenge: ChallengeId, end: DeliveryEnd, now: Timestamp) -> Verb<'_, ()> {
        self.engine.writer.write_soon(move |group| settle(group, challenge, end, now))
    }
}

/// Makes everything that a former process held due at `now`.
fn release(connection: &Connection, now: Timestamp) -> rusqlite::Result<usize> {
    connection
        .prepare_cached("UPDATE outbox SET due_at = ?1 WHERE due_at IS NULL")?
        .execute([now.as_millis()])
}

/// The next tenant behind `after` that has something due and room for it. What a disabled one had
/// queued waits for it to be switched on again, or expires.
fn next_due(
    connection: &Connection,
    room: &Room,
    after: TenantId,
    now: Timestamp,
) -> rusqlite::Result<Option<TenantId>> {
    let sql = "SELECT tenant FROM outbox WHERE tenant > ?1 AND due_at IS NOT NULL ORDER BY tenant LIMIT 1";
    let mut next = connection.prepare_cached(sql)?;
    let sql = "SELECT EXISTS (SELECT 1 FROM outbox WHERE tenant = ?1 AND due_at <= ?2) AND EXISTS ( \
               SELECT 1 FROM tenants t LEFT JOIN tenants l ON l.id = t.sandbox_of \
               WHERE t.id = ?1 AND t.status = ?3 AND ifnull(l.status, ?3) = ?3)";
    let mut is_due = connection.prepare_cached(sql)?;
    let mut after = after;
    while let Some(tenant) = next.query_row([after.0], |row| row.get(0).map(TenantId)).optional()? {
        let parameters = (tenant.0, now.as_millis(), TenantStatus::Active.as_str());
        if room.of(tenant) > 0 && is_due.query_row(parameters, |row| row.get(0))? {
            return Ok(Some(tenant));
        }
        after = tenant;
    }
    Ok(None)
}

/// Takes what is due and has room, tenant by tenant.
fn claim(connection: &Connection, room: &Room, now: Timestamp) -> rusqlite::Result<Vec<ClaimedDelivery>> {
    let (mut claimed, mut after) = (Vec::new(), room.after);
    while claimed.len() < room.limit
        && let Some(tenant) = next_due(connection, room, after, now)?
    {
        let most = room.of(tenant).min(room.limit - claimed.len());
        claimed.extend(due(connection, tenant, now, most)?);
        after = tenant;
    }
    let mut hold = connection.prepare_cached("UPDATE outbox SET due_at = NULL WHERE challenge = ?1")?;
    for delivery in &claimed {
        hold.execute([delivery.challenge.0])?;
    }
    Ok(claimed)
}

/// What a tenant has due, the longest waiting first.
fn due(
    connection: &Connection,
    tenant: TenantId,
    now: Timestamp,
    most: usize,
) -> rusqlite::Result<Vec<ClaimedDelivery>> {
    let sql = "SELECT o.challenge, o.tenant, c.channel, c.purpose, c.payload, c.expires_at, o.queued_at, c.sends, o.tries \
               FROM outbox o JOIN challenges c ON c.id = o.challenge \
               WHERE o.tenant = ?1 AND o.due_at <= ?2 ORDER BY o.due_at, o.challenge LIMIT ?3";
    let mut query = connection.prepare_cached(sql)?;
    query.query_map((tenant.0, now.as_millis(), most as i64), read)?.collect()
}

fn read(row: &Row) -> rusqlite::Result<ClaimedDelivery> {
    let mut columns = Columns::of(row);
    Ok(ClaimedDelivery {
        challenge: ChallengeId(columns.get()?),
        tenant: TenantId(columns.get()?),
        channel: columns.word(ChannelKind::parse)?,
        purpose: columns.word(Purpose::parse)?,
        payload: Sealed(columns.get()?),
        expires_at: columns.moment()?,
        queued_at: columns.moment()?,
        sends: columns.get()?,
        tries: columns.get()?,
    })
}

/// Records what came of a try. A challenge that ended meanwhile has no outbox row any more, and
/// its delivery stays as the end left it, unless the message did go out.
fn settle(group: &Group, challenge: ChallengeId, end: DeliveryEnd, now: Timestamp) -> rusqlite::Result<()> {
    match end {
        DeliveryEnd::Sent => {
            let Some((affected, queued_at)) = find(group, challenge)? else { return Ok(()) };
            leave_outbox(group, challenge)?;
            statistics::sent(group, &affected, queued_at.map(|queued_at| now.since(queued_at)));
            note(group, challenge, DeliveryStatus::Sent, now, None)?;
            events::tell(group, &affected, EventKind::DeliverySent, now)
        }
        DeliveryEnd::RetryAt(due_at, reason) => {
            let sql = "UPDATE outbox SET due_at = ?2, tries = tries + 1 WHERE challenge = ?1";
            match group.prepare_cached(sql)?.execute((challenge.0, due_at.as_millis()))? {
                0 => Ok(()),
                _ => note_try(group, challenge, reason, now),
            }
        }
        DeliveryEnd::Later(due_at) => {
            let sql = "UPDATE outbox SET due_at = ?2 WHERE challenge = ?1";
            group.prepare_cached(sql)?.execute((challenge.0, due_at.as_millis()))?;
            Ok(())
        }
        DeliveryEnd::Failed(reason) => match find(group, challenge)? {
            Some((affected, queued_at)) if affected.is_queued() => {
                leave_outbox(group, challenge)?;
                group.count(affected.cell, Counter::Failed(reason), 1);
                note(group, challenge, DeliveryStatus::Failed, now, Some(reason))?;
                let unsent = queued_at.filter(|_| reason != DeliveryError::Expired);
                fail(group, challenge, unsent, now)?;
                events::tell(group, &affected, EventKind::DeliveryFailed, now)
            }
            _ => Ok(()),
        },
    }
}

/// A challenge, and since when its message is queued, if it is. A DELETE that returns what it deletes
/// costs more than asking for it here and deleting it then.
fn find(
    connection: &Connection,
    challenge: ChallengeId,
) -> rusqlite::Result<Option<(Affected, Option<Timestamp>)>> {
    let sql = concat!(
        "SELECT ",
        affected_columns!(),
        ", (SELECT queued_at FROM outbox WHERE challenge = c.id) FROM challenges c WHERE c.id = ?1"
    );
    let read = |row: &Row| {
        let mut columns = Columns::of(row);
        Ok((Affected::read(&mut columns)?, columns.maybe_moment()?))
    };
    connection.prepare_cached(sql)?.query_row([challenge.0], read).optional()
}

/// Takes a message out of the outbox, if it is there.
pub(super) fn leave_outbox(connection: &Connection, challenge: ChallengeId) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM outbox WHERE challenge = ?1")?.execute([challenge.0])?;
    Ok(())
}

/// A try that failed, and after which another one follows.
fn note_try(
    connection: &Connection,
    challenge: ChallengeId,
    reason: DeliveryError,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "UPDATE challenges SET delivery = ?2, delivery_at = NULL, delivery_error = ?3, \
               tries = ifnull(tries || ' ', '') || ?4 || ':' || ?3 WHERE id = ?1";
    let (queued, reason) = (DeliveryStatus::Queued.as_str(), reason.as_str());
    connection.prepare_cached(sql)?.execute((challenge.0, queued, reason, now.as_millis()))?;
    Ok(())
}

/// Records how the message of a challenge stands.
pub(super) fn note(
    connection: &Connection,
    challenge: ChallengeId,
    status: DeliveryStatus,
    at: Timestamp,
    error: Option<DeliveryError>,
) -> rusqlite::Result<()> {
    let sql = "UPDATE challenges SET delivery = ?2, delivery_at = ?3, delivery_error = ?4 WHERE id = ?1";
    let (at, error) = (at.as_millis(), error.map(DeliveryError::as_str));
    connection.prepare_cached(sql)?.execute((challenge.0, status.as_str(), at, error))?;
    Ok(())
}

/// A message that never went out does not count against its recipient, or a wrong SMTP password
/// would lock out the very recipient it is being tested with. It was counted when it was queued: for a
/// challenge that is sent again, or whose recipient is told later, not at its mint.
fn fail(
    group: &Group,
    challenge: ChallengeId,
    unsent: Option<Timestamp>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "SELECT tenant, recipient, recipient_hint FROM challenges WHERE id = ?1";
    let read =
        |row: &Row| Ok((TenantId(row.get(0)?), row::recipient(row, "recipient")?, row.get::<_, String>(2)?));
    let found = group.prepare_cached(sql)?.query_row([challenge.0], read).optional()?;
    let Some((tenant, recipient, hint)) = found else { return Ok(()) };
    if let Some((recipient, queued_at)) = recipient.zip(unsent) {
        recipients::forget_send(group, tenant, recipient, queued_at)?;
    }
    let about = About {
        tenant: Some(tenant),
        challenge: Some(challenge),
        recipient: Some(&hint),
        ..About::default()
    };
    group.note(now, AuditEvent::DeliveryFailed, about)
}
