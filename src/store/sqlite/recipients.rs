//! Durable counters for each recipient of a tenant: messages sent to it, wrong answers for it.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::history::History;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::limits::recipient::RecipientLimits;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

use super::idle::Table;
use super::moves;

/// Announced to a caller whose recipient is locked out until the tenant clears it.
const LOCKOUT_RETRY: Duration = Duration::from_secs(24 * 3600);

/// The counters of one recipient.
pub(super) struct Counters<'a> {
    connection: &'a Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
    /// `None` when limits are switched off: then nothing is counted.
    limits: Option<&'a RecipientLimits>,
    failures: Option<Failures>,
}

#[derive(Clone, Default)]
struct Failures {
    times: History,
    in_a_row: u32,
}

impl<'a> Counters<'a> {
    /// The counters of a recipient, wherever a new key may have brought them.
    pub(super) fn of(
        connection: &'a Connection,
        tenant: TenantId,
        recipient: RecipientIndex,
        limits: Option<&'a RecipientLimits>,
    ) -> rusqlite::Result<Self> {
        let recipient = moves::follow(connection, tenant, recipient)?;
        Self::read(connection, tenant, recipient, limits)
    }

    fn read(
        connection: &'a Connection,
        tenant: TenantId,
        recipient: RecipientIndex,
        limits: Option<&'a RecipientLimits>,
    ) -> rusqlite::Result<Self> {
        let failures = failures(connection, tenant, recipient)?;
        Ok(Self { connection, tenant, recipient, limits, failures })
    }

    /// The same under the present index, to which what is counted under `others` is brought first.
    pub(super) fn gathered(
        connection: &'a Connection,
        tenant: TenantId,
        (recipient, others): (RecipientIndex, &[RecipientIndex]),
        limits: Option<&'a RecipientLimits>,
        now: Timestamp,
    ) -> rusqlite::Result<Self> {
        moves::gather(connection, tenant, recipient, others, now)?;
        Self::read(connection, tenant, recipient, limits)
    }

    /// Whether a wrong answer more would be one too many: then no answer is evaluated at all.
    pub(super) fn check_failures(&self, now: Timestamp) -> Option<LimitHit> {
        let (limits, failures) = (self.limits?, self.failures.as_ref()?);
        if failures.in_a_row >= limits.failures_in_a_row {
            return Some(LimitHit { limit: Limit::RecipientLockout, retry_after: LOCKOUT_RETRY });
        }
        let wait = failures.times.wait(&limits.failure_windows(), now);
        wait.map(|retry_after| LimitHit { limit: Limit::FailuresPerRecipient, retry_after })
    }

    /// Counts a wrong answer; `true` when it locks the recipient out.
    pub(super) fn record_failure(&self, now: Timestamp) -> rusqlite::Result<bool> {
        let Some(limits) = self.limits else { return Ok(false) };
        let mut failures = self.failures.clone().unwrap_or_default();
        failures.times.record(now);
        failures.in_a_row = failures.in_a_row.saturating_add(1);
        keep_failures(self.connection, self.tenant, self.recipient, &failures)?;
        Ok(failures.in_a_row == limits.failures_in_a_row)
    }

    /// A right answer ends the row of wrong ones; the window of them goes on.
    pub(super) fn record_success(&self) -> rusqlite::Result<()> {
        let has_a_row = self.failures.as_ref().is_some_and(|failures| failures.in_a_row > 0);
        if self.limits.is_none() || !has_a_row {
            return Ok(());
        }
        let sql = "UPDATE recipient_failures SET in_a_row = 0 WHERE tenant = ?1 AND recipient = ?2";
        self.connection.prepare_cached(sql)?.execute((self.tenant.0, self.recipient.0))?;
        Ok(())
    }

    /// Counts a message, unless it is one too many, and notes the challenge that it opens, if it
    /// does, as the recipient's latest.
    pub(super) fn record_send(
        &self,
        now: Timestamp,
        opens: Option<ChallengeId>,
    ) -> rusqlite::Result<Option<LimitHit>> {
        let mut sends = sends(self.connection, self.tenant, self.recipient)?.unwrap_or_default();
        if let Some(limits) = self.limits {
            if let Some(retry_after) = sends.times.wait(&limits.sends, now) {
                return Ok(Some(LimitHit { limit: Limit::SendsPerRecipient, retry_after }));
            }
            sends.times.record(now);
        }
        sends.latest.extend(opens);
        let surplus = sends.latest.len().saturating_sub(LATEST);
        sends.latest.drain(..surplus);
        keep_sends(self.connection, self.tenant, self.recipient, &sends)?;
        Ok(None)
    }
}

fn failures(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
) -> rusqlite::Result<Option<Failures>> {
    let sql = "SELECT times, in_a_row FROM recipient_failures WHERE tenant = ?1 AND recipient = ?2";
    let read = |row: &rusqlite::Row| {
        let times = History::from_bytes(row.get_ref(0)?.as_blob()?);
        Ok(Failures { times, in_a_row: row.get(1)? })
    };
    connection.prepare_cached(sql)?.query_row((tenant.0, recipient.0), read).optional()
}

fn keep_failures(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
    failures: &Failures,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO recipient_failures (tenant, recipient, times, in_a_row) \
               VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET times = ?3, in_a_row = ?4";
    let row = (tenant.0, recipient.0, failures.times.to_bytes(), failures.in_a_row);
    connection.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

/// Moves the counters of `former` to `present`, where they join those that are there; `false` when
/// there are none.
pub(super) fn bring_over(
    connection: &Connection,
    tenant: TenantId,
    former: RecipientIndex,
    present: RecipientIndex,
) -> rusqlite::Result<bool> {
    let moved = (sends(connection, tenant, former)?, failures(connection, tenant, former)?);
    if let Some(moved) = moved.0.as_ref() {
        let mut kept = sends(connection, tenant, present)?.unwrap_or_default();
        kept.times.merge(&moved.times);
        kept.latest.extend(&moved.latest);
        kept.latest.sort_unstable();
        keep_sends(connection, tenant, present, &kept)?;
        connection.prepare_cached(Table::Sends.delete())?.execute((tenant.0, former.0))?;
    }
    if let Some(moved) = moved.1.as_ref() {
        let mut kept = failures(connection, tenant, present)?.unwrap_or_default();
        kept.times.merge(&moved.times);
        kept.in_a_row = kept.in_a_row.saturating_add(moved.in_a_row);
        keep_failures(connection, tenant, present, &kept)?;
        connection.prepare_cached(Table::Failures.delete())?.execute((tenant.0, former.0))?;
    }
    Ok(moved.0.is_some() || moved.1.is_some())
}

/// Takes back the message that was counted at `moment`, because it was never sent.
pub(super) fn forget_send(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
    moment: Timestamp,
) -> rusqlite::Result<()> {
    let recipient = moves::follow(connection, tenant, recipient)?;
    let Some(mut sends) = sends(connection, tenant, recipient)? else { return Ok(()) };
    sends.times.forget(moment);
    keep_sends(connection, tenant, recipient, &sends)
}

/// Forgets that a challenge was for this recipient: it is for another one from now on, and an answer that
/// names this one must not be judged by it.
pub(super) fn forget_challenge(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
    challenge: ChallengeId,
) -> rusqlite::Result<()> {
    let recipient = moves::follow(connection, tenant, recipient)?;
    let Some(mut sends) = sends(connection, tenant, recipient)? else { return Ok(()) };
    sends.latest.retain(|latest| *latest != challenge);
    keep_sends(connection, tenant, recipient, &sends)
}

/// Forgets the wrong answers for a recipient.
pub(super) fn clear(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM recipient_failures WHERE tenant = ?1 AND recipient = ?2";
    Ok(connection.prepare_cached(sql)?.execute((tenant.0, recipient.0))? > 0)
}

/// A recipient's latest challenges, oldest first, whatever became of them.
pub(super) fn latest(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
) -> rusqlite::Result<Vec<ChallengeId>> {
    Ok(sends(connection, tenant, recipient)?.unwrap_or_default().latest)
}

/// Challenges that are remembered for each recipient: as many as its limits let through by default.
const LATEST: usize = 10;

/// What was sent to a recipient.
#[derive(Default)]
struct Sends {
    times: History,
    latest: Vec<ChallengeId>,
}

fn sends(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
) -> rusqlite::Result<Option<Sends>> {
    let sql = "SELECT times, latest FROM recipient_sends WHERE tenant = ?1 AND recipient = ?2";
    let mut query = connection.prepare_cached(sql)?;
    let read = |row: &rusqlite::Row| {
        let times = History::from_bytes(row.get_ref(0)?.as_blob()?);
        let (ids, _) = row.get_ref(1)?.as_blob()?.as_chunks::<8>();
        let latest = ids.iter().map(|raw| ChallengeId(i64::from_be_bytes(*raw))).collect();
        Ok(Sends { times, latest })
    };
    query.query_row((tenant.0, recipient.0), read).optional()
}

fn keep_sends(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
    sends: &Sends,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO recipient_sends (tenant, recipient, times, latest) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT DO UPDATE SET times = ?3, latest = ?4";
    let latest: Vec<u8> = sends.latest.iter().flat_map(|id| id.0.to_be_bytes()).collect();
    connection.prepare_cached(sql)?.execute((tenant.0, recipient.0, sends.times.to_bytes(), latest))?;
    Ok(())
}
