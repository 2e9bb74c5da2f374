//! Sending a code again: the same one, with the same deadline and the same attempts.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::idempotency::Outcome;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::policy::SendPolicy;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{RecipientIndex, Sealed};
use crate::domain::time::Timestamp;
use crate::store::{ClaimedDelivery, Resend, Resent};

use super::group::Group;
use super::recipients::Counters;
use crate::store::sql::audit::About;
use crate::store::sql::reports::{CellId, Counter};

use super::{challenges, idempotency, row};

/// Sends a code again, unless something speaks against it. A refusal comes before the first write.
pub(super) fn resend(group: &Group, resend: &Resend) -> rusqlite::Result<Resent> {
    if idempotency::is_taken(group, resend.tenant, resend.once.as_ref(), resend.now)? {
        return Ok(Resent::Repeated);
    }
    let Some(challenge) = challenges::find(group, resend.tenant, resend.challenge)? else {
        return Ok(Resent::Unknown);
    };
    let status = challenge.standing.status_at(resend.now);
    if status != ChallengeStatus::Pending {
        return Ok(Resent::Ended(status));
    }
    let Some(sealed) = Resendable::find(group, resend)? else { return Ok(Resent::NoRecipient) };
    if challenge.channel == ChannelKind::None {
        return Ok(Resent::Undeliverable);
    }
    if challenge.sends_remaining == 0 {
        return Ok(Resent::Spent);
    }
    if challenge.delivery == Some(DeliveryStatus::Queued) {
        return Ok(Resent::UnderWay);
    }
    if let Some(wait) = challenge.resend_at.map(|at| at.since(resend.now)).filter(|wait| !wait.is_zero()) {
        return Ok(Resent::Limited(LimitHit { limit: Limit::ResendCooldown, retry_after: wait }));
    }
    let counters = Counters::of(group, resend.tenant, sealed.recipient, resend.limits.as_deref())?;
    if let Some(hit) = counters.check_failures(resend.now) {
        return Ok(Resent::Limited(hit));
    }
    if let Some(hit) = counters.record_send(resend.now, None)? {
        return Ok(Resent::Limited(hit));
    }
    let sends = sealed.sends.saturating_add(1);
    requeue(group, resend, sends, sealed.max_sends)?;
    group.count(sealed.cell, Counter::Resent, 1);
    let about = About {
        tenant: Some(resend.tenant),
        challenge: Some(resend.challenge),
        recipient: challenge.to.as_deref(),
        client_ip: resend.client_ip,
        operator: None,
    };
    group.note(resend.now, AuditEvent::Resent, about)?;
    let outcome = Outcome::Resent(resend.challenge);
    idempotency::remember(group, resend.tenant, resend.once.as_ref(), outcome, resend.now)?;
    let delivery = ClaimedDelivery {
        challenge: resend.challenge,
        tenant: resend.tenant,
        channel: challenge.channel,
        purpose: challenge.purpose,
        payload: sealed.payload,
        expires_at: challenge.standing.expires_at,
        queued_at: resend.now,
        sends,
        tries: 0,
    };
    Ok(Resent::Resent(delivery))
}

/// What is left of a challenge as long as it has not ended, and has a recipient.
struct Resendable {
    recipient: RecipientIndex,
    payload: Sealed,
    sends: u8,
    /// As many as it had at minting, whatever the policy is by now.
    max_sends: u8,
    /// Where it counts.
    cell: CellId,
}

impl Resendable {
    fn find(connection: &Connection, resend: &Resend) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT recipient, payload, sends, max_sends, cell FROM challenges \
                   WHERE id = ?1 AND payload IS NOT NULL";
        let read = |row: &Row| {
            let recipient = row::recipient(row, "recipient")?;
            let (payload, sends) = (Sealed(row.get("payload")?), row.get("sends")?);
            let (max_sends, cell) = (row.get("max_sends")?, CellId(row.get("cell")?));
            Ok(recipient.map(|recipient| Self { recipient, payload, sends, max_sends, cell }))
        };
        let found = connection.prepare_cached(sql)?.query_row([resend.challenge.0], read).optional()?;
        Ok(found.flatten())
    }
}

/// Queues the message once more, and counts it.
fn requeue(connection: &Connection, resend: &Resend, sends: u8, max_sends: u8) -> rusqlite::Result<()> {
    // What became of the message before goes to the tries: the other columns tell of the latest one.
    let sql = "UPDATE challenges SET sends = ?2, resend_at = ?3, delivery = ?4, delivery_at = NULL, \
               delivery_error = NULL, tries = ifnull(ifnull(tries || ' ', '') || delivery_at || ':' || \
               ifnull(delivery_error, delivery), tries) WHERE id = ?1";
    let policy = SendPolicy { max_sends, cooldowns: resend.cooldowns.clone() };
    let resend_at = policy.resend_at(sends, resend.now).map(Timestamp::as_millis);
    let queued = DeliveryStatus::Queued.as_str();
    connection.prepare_cached(sql)?.execute((resend.challenge.0, sends, resend_at, queued))?;
    let sql = "INSERT INTO outbox (challenge, tenant, tries, queued_at) VALUES (?1, ?2, 0, ?3)";
    let queued = (resend.challenge.0, resend.tenant.0, resend.now.as_millis());
    connection.prepare_cached(sql)?.execute(queued)?;
    Ok(())
}
