//! Challenges whose pages ask for the recipient.
//!
//! Such a challenge is pending and has neither recipient nor code as long as its page asks. Whoever is given
//! as the recipient gets a code of its own: what was sent to one proves nothing about another.

use std::net::IpAddr;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::idempotency::Outcome;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::policy::SendPolicy;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::reports::statistics::NONE;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;
use crate::store::{AskingStore, ClaimedDelivery, Given, NewRecipient, OpenAsking, Opened, Verb, Withdrawn};

use super::group::Group;
use super::recipients::{self, Counters};
use super::row::Columns;
use super::statistics::Kind;
use super::{SqliteStore, challenges, deliveries, idempotency};
use crate::store::sql::audit::About;
use crate::store::sql::reports::{CellId, Counter};

impl AskingStore for SqliteStore {
    fn open_asking(&self, open: OpenAsking) -> Verb<'_, Opened> {
        self.engine.writer.write(move |group| self::open(group, &open))
    }

    fn give_recipient(&self, new: NewRecipient) -> Verb<'_, Given> {
        self.engine.writer.write(move |group| give(group, &new))
    }

    fn withdraw_recipient(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        client_ip: Option<IpAddr>,
        now: Timestamp,
    ) -> Verb<'_, Withdrawn> {
        let about = About { tenant: Some(tenant), challenge: Some(id), client_ip, ..About::default() };
        self.engine.writer.write(move |group| withdraw(group, (tenant, id), about, now))
    }
}

fn open(group: &Group, new: &OpenAsking) -> rusqlite::Result<Opened> {
    if idempotency::is_taken(group, new.tenant, new.once.as_ref(), new.now)? {
        return Ok(Opened::Repeated);
    }
    let owner = (new.tenant, new.challenge);
    let cell = Kind::of(owner, &new.purpose, ChannelKind::Email, &new.details, NONE).mint(group)?;
    insert(group, new, cell)?;
    let (tenant, challenge) = (Some(new.tenant), Some(new.challenge));
    let about = About { tenant, challenge, client_ip: new.client_ip, ..About::default() };
    group.note(new.now, AuditEvent::Minted, about)?;
    let outcome = Outcome::Opened(new.challenge);
    idempotency::remember(group, new.tenant, new.once.as_ref(), outcome, new.now)?;
    Ok(Opened::Opened)
}

fn insert(connection: &Connection, new: &OpenAsking, cell: CellId) -> rusqlite::Result<()> {
    let sql = "INSERT INTO challenges (id, tenant, purpose, channel, recipient_hint, code_key, payload, status, \
               attempts, max_attempts, expires_at, sends, max_sends, details, own_failures, cell) \
               VALUES (?1, ?2, ?3, ?4, '', 0, ?5, ?6, 0, ?7, ?8, 0, ?9, ?10, ?11, ?12)";
    connection.prepare_cached(sql)?.execute(params![
        new.challenge.0,
        new.tenant.0,
        new.purpose.as_str(),
        ChannelKind::Email.as_str(),
        &new.payload.0,
        ChallengeStatus::Pending.as_str(),
        new.max_attempts,
        new.expires_at.as_millis(),
        new.max_sends,
        challenges::details_column(&new.details),
        new.own_failures.map(String::from),
        cell.0,
    ])?;
    Ok(())
}

fn give(group: &Group, new: &NewRecipient) -> rusqlite::Result<Given> {
    let owner = (new.binding.tenant, new.binding.challenge);
    let found = challenges::find(group, owner.0, owner.1)?.zip(Live::find(group, owner.1)?);
    let Some((challenge, live)) = found else { return Ok(Given::Unknown) };
    match challenge.standing.status_at(new.now) {
        ChallengeStatus::Pending => {}
        status => return Ok(Given::Ended(status)),
    }
    if live.recipient.is_some() {
        return Ok(Given::Already);
    }
    let indexes = (new.binding.recipient, new.other_indexes.as_slice());
    let counters = Counters::gathered(group, owner.0, indexes, new.limits.as_deref(), new.now)?;
    if let Some(hit) = counters.check_failures(new.now) {
        return Ok(Given::Limited(hit));
    }
    if let Some(hit) = counters.record_send(new.now, Some(owner.1))? {
        return Ok(Given::Limited(hit));
    }
    let kind = Kind::of(owner, &challenge.purpose, challenge.channel, &challenge.details, &new.domain);
    let cell = kind.mint_instead_of(live.cell, group)?;
    let sends = live.sends.saturating_add(1);
    if sends > 1 {
        group.count(cell, Counter::Resent, 1);
    }
    keep(group, new, (sends, live.max_sends), cell)?;
    let (tenant, id) = (Some(owner.0), Some(owner.1));
    let recipient = Some(new.hint.as_str());
    let about = About { tenant, challenge: id, recipient, client_ip: new.client_ip, ..About::default() };
    group.note(new.now, AuditEvent::RecipientGiven, about)?;
    Ok(Given::Given(ClaimedDelivery {
        challenge: owner.1,
        tenant: owner.0,
        channel: challenge.channel,
        purpose: challenge.purpose,
        payload: new.payload.clone(),
        expires_at: new.expires_at,
        queued_at: new.now,
        sends,
        tries: 0,
    }))
}

/// Records the recipient and its code, and queues the message.
fn keep(
    connection: &Connection,
    new: &NewRecipient,
    (sends, max_sends): (u8, u8),
    cell: CellId,
) -> rusqlite::Result<()> {
    let sql = "UPDATE challenges SET recipient = ?2, recipient_hint = ?3, code_key = ?4, code_hash = ?5, \
               payload = ?6, expires_at = ?7, sends = ?8, resend_at = ?9, delivery = ?10, cell = ?11 \
               WHERE id = ?1";
    let policy = SendPolicy { max_sends, cooldowns: new.cooldowns.clone() };
    let id = new.binding.challenge.0;
    connection.prepare_cached(sql)?.execute(params![
        id,
        new.binding.recipient.0,
        &new.hint,
        new.code_key,
        new.code_hash.0,
        &new.payload.0,
        new.expires_at.as_millis(),
        sends,
        policy.resend_at(sends, new.now).map(Timestamp::as_millis),
        DeliveryStatus::Queued.as_str(),
        cell.0,
    ])?;
    let sql = "INSERT INTO outbox (challenge, tenant, tries, queued_at) VALUES (?1, ?2, 0, ?3)";
    connection.prepare_cached(sql)?.execute((id, new.binding.tenant.0, new.now.as_millis()))?;
    Ok(())
}

fn withdraw(
    group: &Group,
    (tenant, id): (TenantId, ChallengeId),
    about: About,
    now: Timestamp,
) -> rusqlite::Result<Withdrawn> {
    let found = challenges::find(group, tenant, id)?.zip(Live::find(group, id)?);
    let Some((challenge, live)) = found.filter(|(challenge, _)| challenge.details.asks()) else {
        return Ok(Withdrawn::Unknown);
    };
    match challenge.standing.status_at(now) {
        ChallengeStatus::Pending => {}
        status => return Ok(Withdrawn::Ended(status)),
    }
    let Some(recipient) = live.recipient else { return Ok(Withdrawn::Already) };
    if challenge.sends_remaining == 0 {
        return Ok(Withdrawn::Spent);
    }
    // What comes of it would be recorded of the next recipient's message.
    if live.is_held {
        return Ok(Withdrawn::UnderWay);
    }
    challenges::give_back(group, tenant, &challenge)?;
    recipients::forget_challenge(group, tenant, recipient, id)?;
    if challenge.delivery == Some(DeliveryStatus::Queued) {
        deliveries::leave_outbox(group, id)?;
        group.count(live.cell, Counter::Failed(DeliveryError::Canceled), 1);
    }
    let sql = "UPDATE challenges SET recipient = NULL, recipient_hint = '', code_hash = NULL, resend_at = NULL, \
               delivery = NULL, delivery_at = NULL, delivery_error = NULL WHERE id = ?1";
    group.prepare_cached(sql)?.execute([id.0])?;
    let about = About { recipient: challenge.to.as_deref(), ..about };
    group.note(now, AuditEvent::RecipientWithdrawn, about)?;
    Ok(Withdrawn::Withdrawn)
}

/// What is not told of a pending challenge to others.
struct Live {
    recipient: Option<RecipientIndex>,
    sends: u8,
    /// As many as it had at minting, whatever the policy is by now.
    max_sends: u8,
    /// Where it counts.
    cell: CellId,
    /// Whether its message is in the hands of the running process.
    is_held: bool,
}

impl Live {
    fn find(connection: &Connection, id: ChallengeId) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT c.recipient, c.sends, c.max_sends, c.cell, EXISTS (SELECT 1 FROM outbox o \
                   WHERE o.challenge = c.id AND o.due_at IS NULL) FROM challenges c WHERE c.id = ?1";
        let read = |row: &Row| {
            let mut columns = Columns::of(row);
            Ok(Self {
                recipient: columns.recipient()?,
                sends: columns.get()?,
                max_sends: columns.get()?,
                cell: CellId(columns.get()?),
                is_held: columns.get()?,
            })
        };
        connection.prepare_cached(sql)?.query_row([id.0], read).optional()
    }
}
