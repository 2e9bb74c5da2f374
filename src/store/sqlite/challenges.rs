//! Challenges: opening one, ending one, calling one off.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus, Standing};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::idempotency::Outcome;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::{OpenChallenge, Opened};

use super::deliveries;
use super::group::Group;
use super::idempotency;
use super::recipients::{self, Counters};
use super::row::{self, Columns};
use super::statistics::{self, Kind};
use crate::store::sql::audit::About;
use crate::store::sql::reports::CellId;

/// What [`read`] reads, of `challenges c`.
macro_rules! challenge_columns {
    () => {
        "c.id, c.purpose, c.channel, nullif(c.recipient_hint, ''), c.status, c.attempts, c.max_attempts, c.expires_at, \
         max(c.max_sends - c.sends, 0), c.resend_at, c.details, c.delivery, c.delivery_at, c.delivery_error"
    };
}
pub(super) use challenge_columns;

/// What [`Affected::read`] reads, of `challenges c`.
macro_rules! affected_columns {
    () => {
        "c.id, c.attempts, c.delivery, c.delivery_error, c.cell, \
         EXISTS (SELECT 1 FROM webhooks w WHERE w.tenant = c.tenant)"
    };
}
pub(super) use affected_columns;

/// Opens a challenge. A refusal comes before the first write.
pub(super) fn open(group: &Group, new: &OpenChallenge) -> rusqlite::Result<Opened> {
    let binding = &new.binding;
    if idempotency::is_taken(group, binding.tenant, new.once.as_ref(), new.now)? {
        return Ok(Opened::Repeated);
    }
    let indexes = (binding.recipient, new.other_indexes.as_slice());
    let counters = Counters::gathered(group, binding.tenant, indexes, new.limits.as_deref(), new.now)?;
    // A message whose code could not be tried would only be a nuisance.
    if let Some(hit) = counters.check_failures(new.now) {
        return Ok(Opened::Limited(hit));
    }
    if let Some(hit) = counters.record_send(new.now, Some(binding.challenge))? {
        return Ok(Opened::Limited(hit));
    }
    let owner = (binding.tenant, binding.challenge);
    let kind = Kind::of(owner, &binding.purpose, binding.channel, &new.details, &new.domain);
    let cell = kind.mint(group)?;
    insert(group, new, cell)?;
    if binding.channel != ChannelKind::None {
        group
            .prepare_cached(
                "INSERT INTO outbox (challenge, tenant, tries, queued_at) VALUES (?1, ?2, 0, ?3)",
            )?
            .execute((binding.challenge.0, binding.tenant.0, new.now.as_millis()))?;
    }
    let about = About {
        tenant: Some(binding.tenant),
        challenge: Some(binding.challenge),
        recipient: Some(&new.recipient_hint),
        client_ip: new.client_ip,
        operator: None,
    };
    group.note(new.now, AuditEvent::Minted, about)?;
    let outcome = Outcome::Opened(binding.challenge);
    idempotency::remember(group, binding.tenant, new.once.as_ref(), outcome, new.now)?;
    Ok(Opened::Opened)
}

fn insert(connection: &Connection, new: &OpenChallenge, cell: CellId) -> rusqlite::Result<()> {
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
        cell.0,
    ])?;
    Ok(())
}

/// JSON, or nothing at all: most challenges have no details, and narrow rows are fast.
pub(super) fn details_column(details: &Details) -> Option<String> {
    // Texts always serialise.
    (!details.is_empty()).then(|| serde_json::to_string(details).unwrap_or_default())
}

/// A challenge about to be changed, and where the change shows beside its own row.
pub(super) struct Affected {
    pub(super) id: ChallengeId,
    pub(super) attempts: u8,
    /// Where its latest message stands.
    pub(super) delivery: Option<DeliveryStatus>,
    /// Why the last try at it failed, or why it was not sent.
    pub(super) delivery_error: Option<DeliveryError>,
    /// Where it counts.
    pub(super) cell: CellId,
    /// Whether its tenant has webhooks, which may want to be told.
    pub(super) has_webhooks: bool,
}

impl Affected {
    pub(super) fn read(columns: &mut Columns) -> rusqlite::Result<Self> {
        Ok(Self {
            id: ChallengeId(columns.get()?),
            attempts: columns.get()?,
            delivery: columns.maybe_word(DeliveryStatus::parse)?,
            delivery_error: columns.maybe_word(DeliveryError::parse)?,
            cell: CellId(columns.get()?),
            has_webhooks: columns.get()?,
        })
    }

    pub(super) fn find(connection: &Connection, id: ChallengeId) -> rusqlite::Result<Option<Self>> {
        let sql = concat!("SELECT ", affected_columns!(), " FROM challenges c WHERE c.id = ?1");
        connection.prepare_cached(sql)?.query_row([id.0], |row| Self::read(&mut Columns::of(row))).optional()
    }

    /// Whether its message waits to be sent.
    pub(super) fn is_queued(&self) -> bool {
        self.delivery == Some(DeliveryStatus::Queued)
    }

    /// Why a message that waited is not sent, when its challenge ends so: what its last try met, if it
    /// was tried.
    pub(super) fn unsent_because(&self, status: ChallengeStatus) -> DeliveryError {
        self.delivery_error.unwrap_or(match status {
            ChallengeStatus::Expired => DeliveryError::Expired,
            _ => DeliveryError::Canceled,
        })
    }
}

/// Ends a challenge: nothing by which its code could be tried or its recipient be found remains,
/// and nothing is delivered any more. Should its message have gone out all the same, settling the
/// delivery says so.
pub(super) fn end(
    group: &Group,
    challenge: &Affected,
    status: ChallengeStatus,
    now: Timestamp,
) -> rusqlite::Result<()> {
    statistics::end(group, challenge, status, now);
    let sql = "UPDATE challenges SET status = ?2, attempts = ?3, code_hash = NULL, recipient = NULL, \
               payload = NULL WHERE id = ?1";
    group.prepare_cached(sql)?.execute((challenge.id.0, status.as_str(), challenge.attempts))?;
    match challenge.is_queued() {
        true => call_off(group, challenge.id, challenge.unsent_because(status), now),
        false => Ok(()),
    }
}

/// Takes the message of a challenge that has ended out of the outbox.
fn call_off(
    connection: &Connection,
    id: ChallengeId,
    reason: DeliveryError,
    now: Timestamp,
) -> rusqlite::Result<()> {
    deliveries::note(connection, id, DeliveryStatus::Failed, now, Some(reason))?;
    deliveries::leave_outbox(connection, id)
}

/// A message that only waited for its next try never went out, and does not count against its
/// recipient. One that is being sent may still arrive.
pub(super) fn give_back(
    connection: &Connection,
    tenant: TenantId,
    challenge: &Challenge,
) -> rusqlite::Result<()> {
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
    group: &Group,
    tenant: TenantId,
    id: ChallengeId,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let found = find(group, tenant, id)?.zip(Affected::find(group, id)?);
    let Some((challenge, affected)) = found else { return Ok(false) };
    if challenge.standing.status_at(now) != ChallengeStatus::Pending {
        return Ok(false);
    }
    give_back(group, tenant, &challenge)?;
    end(group, &affected, ChallengeStatus::Canceled, now)?;
    let about = About {
        tenant: Some(tenant),
        challenge: Some(id),
        recipient: challenge.to.as_deref(),
        ..About::default()
    };
    group.note(now, AuditEvent::Canceled, about)?;
    Ok(true)
}

/// A tenant's challenge.
pub(super) fn find(
    connection: &Connection,
    tenant: TenantId,
    id: ChallengeId,
) -> rusqlite::Result<Option<Challenge>> {
    let sql =
        concat!("SELECT ", challenge_columns!(), " FROM challenges c WHERE c.tenant = ?1 AND c.id = ?2");
    let mut query = connection.prepare_cached(sql)?;
    query.query_row((tenant.0, id.0), |row| read(&mut Columns::of(row))).optional()
}

/// A challenge out of its columns.
pub(super) fn read(columns: &mut Columns) -> rusqlite::Result<Challenge> {
    Ok(Challenge {
        id: ChallengeId(columns.get()?),
        purpose: columns.word(Purpose::parse)?,
        channel: columns.word(ChannelKind::parse)?,
        to: columns.get()?,
        standing: Standing {
            status: columns.word(ChallengeStatus::parse)?,
            attempts: columns.get()?,
            max_attempts: columns.get()?,
            expires_at: columns.moment()?,
        },
        sends_remaining: columns.get()?,
        resend_at: columns.maybe_moment()?,
        details: columns.json()?,
        delivery: columns.maybe_word(DeliveryStatus::parse)?,
        delivery_at: columns.maybe_moment()?,
        delivery_error: columns.maybe_word(DeliveryError::parse)?,
    })
}
