//! Challenges: opening one, ending one, calling one off.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::domain::audit::AuditEvent;
use crate::domain::challenge::{Challenge, ChallengeStatus, Standing};
use crate::domain::channel::ChannelKind;
use crate::domain::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::details::Details;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::idempotency::Outcome;
use crate::domain::purpose::Purpose;
use crate::domain::time::Timestamp;
use crate::store::{OpenChallenge, Opened};

use super::audit::{About, Trail};
use super::recipients::{self, Counters};
use super::{idempotency, row, statistics};

/// Opens a challenge. A refusal comes before the first write.
pub(super) fn open(connection: &Connection, trail: &Trail, new: &OpenChallenge) -> rusqlite::Result<Opened> {
    let binding = &new.binding;
    if idempotency::is_taken(connection, binding.tenant, new.once.as_ref(), new.now)? {
        return Ok(Opened::Repeated);
    }
    let indexes = (binding.recipient, new.other_indexes.as_slice());
    let counters = Counters::gathered(connection, binding.tenant, indexes, new.limits.as_deref(), new.now)?;
    // A message whose code could not be tried would only be a nuisance.
    if let Some(hit) = counters.check_failures(new.now)? {
        return Ok(Opened::Limited(hit));
    }
    if let Some(hit) = counters.record_send(new.now, Some(binding.challenge))? {
        return Ok(Opened::Limited(hit));
    }
    let cell = statistics::mint(connection, new)?;
    insert(connection, new, cell)?;
    if binding.channel != ChannelKind::None {
        connection
            .prepare_cached("INSERT INTO outbox (challenge, tries, queued_at) VALUES (?1, 0, ?2)")?
            .execute((binding.challenge.0, new.now.as_millis()))?;
    }
    let about = About {
        tenant: Some(binding.tenant),
        challenge: Some(binding.challenge),
        recipient: Some(&new.recipient_hint),
        origin: new.origin,
    };
    trail.note(new.now, AuditEvent::Minted, about)?;
    let outcome = Outcome::Opened(binding.challenge);
    idempotency::remember(connection, binding.tenant, new.once.as_ref(), outcome, new.now)?;
    Ok(Opened::Opened)
}

fn insert(connection: &Connection, new: &OpenChallenge, cell: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO challenges (id, tenant, purpose, channel, recipient, recipient_hint, code_key, \
               code_hash, payload, status, attempts, max_attempts, expires_at, delivery, sends, max_sends, \
               resend_at, details, own_failures, cell) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13, 1, ?14, ?15, ?16, ?17, ?18)";
    let delivery = (new.binding.channel != ChannelKind::None).then_some(DeliveryStatus::Queued.as_str());
    let own_failures = new.limits.as_ref().and_then(|limits| limits.own_failures);
    connection.prepare_cached(sql)?.execute(params![
        new.binding.challenge.0,
        new.binding.tenant.0,
        new.binding.purpose.as_str(),
        new.binding.channel.as_str(),
        new.binding.recipient.0,
        &new.recipient_hint,
        new.code_key,
        new.code_hash.0,
        &new.payload.0,
        ChallengeStatus::Pending.as_str(),
        new.max_attempts,
        new.expires_at.as_millis(),
        delivery,
        new.sends.max_sends,
        new.sends.resend_at(1, new.now).map(Timestamp::as_millis),
        details_column(&new.details),
        own_failures.map(String::from),
        cell,
    ])?;
    Ok(())
}

/// JSON, or nothing at all: most challenges have no details, and narrow rows are fast.
fn details_column(details: &Details) -> Option<String> {
    // Texts always serialise.
    (!details.is_empty()).then(|| serde_json::to_string(details).unwrap_or_default())
}

/// Ends a challenge: nothing by which its code could be tried or its recipient be found remains,
/// and nothing is delivered any more. Should its message have gone out all the same, settling the
/// delivery says so.
pub(super) fn end(
    connection: &Connection,
    id: ChallengeId,
    status: ChallengeStatus,
    now: Timestamp,
) -> rusqlite::Result<()> {
    statistics::end(connection, id, status, now)?;
    let reason = match status {
        ChallengeStatus::Expired => DeliveryError::Expired,
        _ => DeliveryError::Canceled,
    };
    let sql = "UPDATE challenges SET status = ?2, code_hash = NULL, recipient = NULL, payload = NULL, \
               delivery = iif(delivery = ?3, ?4, delivery), \
               delivery_at = iif(delivery = ?3, ?5, delivery_at), \
               delivery_error = iif(delivery = ?3, ifnull(delivery_error, ?6), delivery_error) \
               WHERE id = ?1";
    connection.prepare_cached(sql)?.execute((
        id.0,
        status.as_str(),
        DeliveryStatus::Queued.as_str(),
        DeliveryStatus::Failed.as_str(),
        now.as_millis(),
        reason.as_str(),
    ))?;
    connection.prepare_cached("DELETE FROM outbox WHERE challenge = ?1")?.execute([id.0])?;
    Ok(())
}

/// A message that only waited for its next try never went out, and does not count against its
/// recipient. One that is being sent may still arrive.
fn give_back(connection: &Connection, tenant: TenantId, challenge: &Challenge) -> rusqlite::Result<()> {
    if !challenge.delivery_error.is_some_and(DeliveryError::proves_unsent) {
        return Ok(());
    }
    let sql = "SELECT c.recipient, o.queued_at FROM outbox o JOIN challenges c ON c.id = o.challenge \
               WHERE o.challenge = ?1 AND o.due_at IS NOT NULL";
    let read = |row: &Row| Ok((row::recipient(row, "recipient")?, row::moment(row, "queued_at")?));
    let waiting = connection.prepare_cached(sql)?.query_row([challenge.id.0], read).optional()?;
    match waiting {
        Some((Some(recipient), queued_at)) => {
            recipients::forget_send(connection, tenant, recipient, queued_at)
        }
        _ => Ok(()),
    }
}

/// Calls a pending challenge off.
pub(super) fn cancel(
    connection: &Connection,
    trail: &Trail,
    tenant: TenantId,
    id: ChallengeId,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let Some(challenge) = find(connection, tenant, id)? else { return Ok(false) };
    if challenge.standing.status_at(now) != ChallengeStatus::Pending {
        return Ok(false);
    }
    give_back(connection, tenant, &challenge)?;
    end(connection, id, ChallengeStatus::Canceled, now)?;
    let about = About {
        tenant: Some(tenant),
        challenge: Some(id),
        recipient: Some(&challenge.to),
        ..About::default()
    };
    trail.note(now, AuditEvent::Canceled, about)?;
    Ok(true)
}

/// A tenant's challenge.
pub(super) fn find(
    connection: &Connection,
    tenant: TenantId,
    id: ChallengeId,
) -> rusqlite::Result<Option<Challenge>> {
    let sql = "SELECT purpose, channel, recipient_hint, status, attempts, max_attempts, expires_at, \
               sends, max_sends, resend_at, details, delivery, delivery_at, delivery_error \
               FROM challenges WHERE tenant = ?1 AND id = ?2";
    let mut query = connection.prepare_cached(sql)?;
    let read = |row: &Row| {
        Ok(Challenge {
            id,
            purpose: row::word(row, "purpose", Purpose::parse)?,
            channel: row::word(row, "channel", ChannelKind::parse)?,
            to: row.get("recipient_hint")?,
            standing: read_standing(row)?,
            sends_remaining: row.get::<_, u8>("max_sends")?.saturating_sub(row.get("sends")?),
            resend_at: row::maybe_moment(row, "resend_at")?,
            details: row::json(row, "details")?,
            delivery: row.get::<_, Option<String>>("delivery")?.as_deref().and_then(DeliveryStatus::parse),
            delivery_at: row::maybe_moment(row, "delivery_at")?,
            delivery_error: row
                .get::<_, Option<String>>("delivery_error")?
                .as_deref()
                .and_then(DeliveryError::parse),
        })
    };
    query.query_row((tenant.0, id.0), read).optional()
}

/// What decides whether an answer is evaluated.
pub(super) fn read_standing(row: &Row) -> rusqlite::Result<Standing> {
    Ok(Standing {
        status: row::word(row, "status", ChallengeStatus::parse)?,
        attempts: row.get("attempts")?,
        max_attempts: row.get("max_attempts")?,
        expires_at: row::moment(row, "expires_at")?,
    })
}
