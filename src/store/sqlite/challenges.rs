//! Challenges: opening one, deciding about an answer, calling one off.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::audit::AuditEvent;
use crate::domain::challenge::{Binding, Challenge, ChallengeStatus, Standing};
use crate::domain::channel::ChannelKind;
use crate::domain::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limit::LimitHit;
use crate::domain::purpose::Purpose;
use crate::domain::secret::CodeHash;
use crate::domain::tenant::TenantStatus;
use crate::domain::time::Timestamp;
use crate::store::{Attempt, Decision, OpenChallenge, Opened};

use super::audit::{About, Trail};
use super::recipients::Counters;
use super::row;

/// Opens a challenge. A refusal comes before the first write.
pub(super) fn open(connection: &Connection, trail: &Trail, new: &OpenChallenge) -> rusqlite::Result<Opened> {
    let binding = &new.binding;
    if let Some(limits) = &new.limits {
        let counters = Counters { connection, tenant: binding.tenant, recipient: binding.recipient, limits };
        // A message whose code could not be tried would only be a nuisance.
        if let Some(hit) = counters.check_failures(new.now)? {
            return Ok(Opened::Limited(hit));
        }
        if let Some(hit) = counters.record_send(new.now)? {
            return Ok(Opened::Limited(hit));
        }
    }
    insert(connection, new)?;
    connection
        .prepare_cached("INSERT INTO outbox (challenge, tries, due_at) VALUES (?1, 0, NULL)")?
        .execute([binding.challenge.0])?;
    let about = About {
        tenant: Some(binding.tenant),
        challenge: Some(binding.challenge),
        recipient: Some(&new.recipient_hint),
        origin: new.origin,
    };
    trail.note(new.now, AuditEvent::Minted, about)?;
    Ok(Opened::Opened)
}

fn insert(connection: &Connection, new: &OpenChallenge) -> rusqlite::Result<()> {
    let sql = "INSERT INTO challenges (id, tenant, purpose, channel, recipient, recipient_hint, code_key, \
               code_hash, payload, status, attempts, max_attempts, expires_at, delivery) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, ?11, ?12, ?13)";
    connection.prepare_cached(sql)?.execute((
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
        DeliveryStatus::Queued.as_str(),
    ))?;
    Ok(())
}

/// What the judge said when it was asked, if it was: admitting an answer takes from a rate, so it
/// must not be asked again when a transaction is run again.
pub(super) type Admission = Option<Result<(), LimitHit>>;

/// Decides about an answer: count, compare, consume.
pub(super) fn attempt(
    connection: &Connection,
    trail: &Trail,
    attempt: &Attempt,
    admission: &mut Admission,
) -> rusqlite::Result<Decision> {
    let Some(row) = Live::find(connection, attempt.challenge)? else { return Ok(Decision::Unknown) };
    if attempt.tenant.is_some_and(|tenant| tenant != row.tenant) || row.owner != TenantStatus::Active {
        return Ok(Decision::Unknown);
    }
    let status = row.standing.status_at(attempt.now);
    let (ChallengeStatus::Pending, Some((binding, expected))) = (status, row.secret.as_ref()) else {
        return Ok(Decision::Ended(status));
    };
    if let Err(hit) = *admission.get_or_insert_with(|| attempt.judge.admit(row.tenant)) {
        return Ok(Decision::Limited(hit));
    }
    let counters = attempt.limits.as_deref().map(|limits| Counters {
        connection,
        tenant: row.tenant,
        recipient: binding.recipient,
        limits,
    });
    if let Some(hit) = counters.as_ref().map(|c| c.check_failures(attempt.now)).transpose()?.flatten() {
        return Ok(Decision::Limited(hit));
    }
    count(connection, attempt.challenge)?;
    let is_right = attempt.judge.hash(row.code_key, binding).is_some_and(|hash| hash == *expected);
    let standing = row.standing.counted().compared(is_right);
    let event = match standing.status {
        ChallengeStatus::Verified => AuditEvent::Verified,
        ChallengeStatus::Exhausted => AuditEvent::Exhausted,
        _ => AuditEvent::Mismatched,
    };
    let about = row.about(attempt);
    trail.note(attempt.now, event, about)?;
    if standing.status != ChallengeStatus::Pending {
        end(connection, attempt.challenge, standing.status, attempt.now)?;
    }
    if let Some(counters) = &counters {
        if is_right {
            counters.record_success()?;
        } else if counters.record_failure(attempt.now)? {
            trail.note(attempt.now, AuditEvent::LockedOut, about)?;
        }
    }
    Ok(match is_right {
        true => Decision::Verified(binding.clone()),
        false => Decision::Mismatched { attempts_remaining: standing.attempts_remaining() },
    })
}

/// What deciding about an answer has to know of a challenge.
struct Live {
    tenant: TenantId,
    owner: TenantStatus,
    recipient_hint: String,
    standing: Standing,
    code_key: u32,
    /// What the code is bound to and its hash, until they are erased.
    secret: Option<(Binding, CodeHash)>,
}

impl Live {
    fn find(connection: &Connection, id: ChallengeId) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT c.tenant, c.purpose, c.channel, c.recipient, c.recipient_hint, c.code_key, \
                   c.code_hash, c.status, c.attempts, c.max_attempts, c.expires_at, t.status AS owner \
                   FROM challenges c JOIN tenants t ON t.id = c.tenant WHERE c.id = ?1";
        connection.prepare_cached(sql)?.query_row([id.0], |row| Self::read(row, id)).optional()
    }

    fn read(row: &Row, id: ChallengeId) -> rusqlite::Result<Self> {
        let tenant = TenantId(row.get("tenant")?);
        let purpose = row::word(row, "purpose", Purpose::parse)?;
        let channel = row::word(row, "channel", ChannelKind::parse)?;
        let hash = row.get::<_, Option<[u8; 32]>>("code_hash")?.map(CodeHash);
        let recipient = row::recipient(row, "recipient")?;
        let secret = recipient
            .zip(hash)
            .map(|(recipient, hash)| (Binding { tenant, challenge: id, purpose, channel, recipient }, hash));
        Ok(Self {
            tenant,
            owner: row::word(row, "owner", TenantStatus::parse)?,
            recipient_hint: row.get("recipient_hint")?,
            standing: read_standing(row)?,
            code_key: row.get("code_key")?,
            secret,
        })
    }

    fn about(&self, attempt: &Attempt) -> About<'_> {
        About {
            tenant: Some(self.tenant),
            challenge: Some(attempt.challenge),
            recipient: Some(&self.recipient_hint),
            origin: attempt.origin,
        }
    }
}

fn read_standing(row: &Row) -> rusqlite::Result<Standing> {
    Ok(Standing {
        status: row::word(row, "status", ChallengeStatus::parse)?,
        attempts: row.get("attempts")?,
        max_attempts: row.get("max_attempts")?,
        expires_at: row::moment(row, "expires_at")?,
    })
}

fn count(connection: &Connection, id: ChallengeId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE challenges SET attempts = attempts + 1 WHERE id = ?1")?
        .execute([id.0])?;
    Ok(())
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
               delivery, delivery_at, delivery_error FROM challenges WHERE tenant = ?1 AND id = ?2";
    let mut query = connection.prepare_cached(sql)?;
    let read = |row: &Row| {
        Ok(Challenge {
            id,
            purpose: row::word(row, "purpose", Purpose::parse)?,
            channel: row::word(row, "channel", ChannelKind::parse)?,
            to: row.get("recipient_hint")?,
            standing: read_standing(row)?,
            delivery: row::word(row, "delivery", DeliveryStatus::parse)?,
            delivery_at: row::maybe_moment(row, "delivery_at")?,
            delivery_error: row
                .get::<_, Option<String>>("delivery_error")?
                .as_deref()
                .and_then(DeliveryError::parse),
        })
    };
    query.query_row((tenant.0, id.0), read).optional()
}
