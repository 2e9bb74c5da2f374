//! Durable counters for each recipient of a tenant: messages sent to it, wrong answers for it.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::limit::{History, Limit, LimitHit, RecipientLimits};
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

/// Announced to a caller whose recipient is locked out until the tenant clears it.
const LOCKOUT_RETRY: Duration = Duration::from_secs(24 * 3600);

/// The counters of one recipient.
pub(super) struct Counters<'a> {
    pub(super) connection: &'a Connection,
    pub(super) tenant: TenantId,
    pub(super) recipient: RecipientIndex,
    /// `None` when limits are switched off: then nothing is counted.
    pub(super) limits: Option<&'a RecipientLimits>,
}

#[derive(Default)]
struct Failures {
    times: History,
    in_a_row: u32,
}

impl Counters<'_> {
    /// Whether a wrong answer more would be one too many: then no answer is evaluated at all.
    pub(super) fn check_failures(&self, now: Timestamp) -> rusqlite::Result<Option<LimitHit>> {
        let Some(limits) = self.limits else { return Ok(None) };
        let Some(failures) = self.failures()? else { return Ok(None) };
        if failures.in_a_row >= limits.failures_in_a_row {
            return Ok(Some(LimitHit { limit: Limit::RecipientLockout, retry_after: LOCKOUT_RETRY }));
        }
        let wait = failures.times.wait(&limits.failure_windows(), now);
        Ok(wait.map(|retry_after| LimitHit { limit: Limit::FailuresPerRecipient, retry_after }))
    }

    /// Counts a wrong answer; `true` when it locks the recipient out.
    pub(super) fn record_failure(&self, now: Timestamp) -> rusqlite::Result<bool> {
        let Some(limits) = self.limits else { return Ok(false) };
        let mut failures = self.failures()?.unwrap_or_default();
        failures.times.record(now);
        failures.in_a_row = failures.in_a_row.saturating_add(1);
        let sql = "INSERT INTO recipient_failures (tenant, recipient, times, in_a_row) \
                   VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET times = ?3, in_a_row = ?4";
        let row = (self.tenant.0, self.recipient.0, failures.times.to_bytes(), failures.in_a_row);
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(failures.in_a_row == limits.failures_in_a_row)
    }

    /// A right answer ends the row of wrong ones; the window of them goes on.
    pub(super) fn record_success(&self) -> rusqlite::Result<()> {
        if self.limits.is_none() {
            return Ok(());
        }
        let sql = "UPDATE recipient_failures SET in_a_row = 0 \
                   WHERE tenant = ?1 AND recipient = ?2 AND in_a_row > 0";
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

    fn failures(&self) -> rusqlite::Result<Option<Failures>> {
        let sql = "SELECT times, in_a_row FROM recipient_failures WHERE tenant = ?1 AND recipient = ?2";
        let key = (self.tenant.0, self.recipient.0);
        let mut query = self.connection.prepare_cached(sql)?;
        query
            .query_row(key, |row| {
                let times = History::from_bytes(row.get_ref(0)?.as_blob()?);
                Ok(Failures { times, in_a_row: row.get(1)? })
            })
            .optional()
    }
}

/// Takes back the message that was counted at `moment`, because it was never sent.
pub(super) fn forget_send(
    connection: &Connection,
    tenant: TenantId,
    recipient: RecipientIndex,
    moment: Timestamp,
) -> rusqlite::Result<()> {
    let Some(mut sends) = sends(connection, tenant, recipient)? else { return Ok(()) };
    sends.times.forget(moment);
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

/// A place in one of the two tables: everything up to it has been looked at.
pub(super) type Position = Option<(i64, [u8; 16])>;

/// Which counters may go.
#[derive(Clone, Copy)]
pub(super) struct Idle {
    /// Those whose latest event is older than this.
    pub(super) since: Timestamp,
    /// Unless there are so many wrong answers in a row.
    pub(super) in_a_row: u32,
}

/// Looks at the next `limit` rows of `table` after `position` and deletes the idle ones.
pub(super) fn delete_idle(
    connection: &Connection,
    table: Table,
    position: &mut Position,
    idle: Idle,
    limit: usize,
) -> rusqlite::Result<usize> {
    let (tenant, recipient) = position.unwrap_or((i64::MIN, [0; 16]));
    let mut query = connection.prepare_cached(table.next_rows())?;
    let rows = query.query_map((tenant, recipient, limit as i64), |row| {
        let counted = History::from_bytes(row.get_ref(2)?.as_blob()?).latest();
        let opened = row.get_ref(3)?.as_blob()?.last_chunk::<8>().copied();
        let opened = opened.map(|raw| id::moment(i64::from_be_bytes(raw)));
        Ok((row.get(0)?, row.get(1)?, counted.max(opened), row.get(4)?))
    })?;
    let rows: Vec<(i64, [u8; 16], Option<Timestamp>, u32)> = rows.collect::<rusqlite::Result<_>>()?;
    *position = rows.last().filter(|_| rows.len() == limit).map(|row| (row.0, row.1));
    let mut deleted = 0;
    let mut delete = connection.prepare_cached(table.delete())?;
    for (tenant, recipient, latest, in_a_row) in rows {
        if latest.is_none_or(|latest| latest < idle.since) && in_a_row < idle.in_a_row {
            deleted += delete.execute((tenant, recipient))?;
        }
    }
    Ok(deleted)
}

/// One of the two tables of counters.
#[derive(Clone, Copy)]
pub(super) enum Table {
    Sends,
    Failures,
}

impl Table {
    fn next_rows(self) -> &'static str {
        match self {
            Self::Sends => {
                "SELECT tenant, recipient, times, latest, 0 FROM recipient_sends \
                 WHERE (tenant, recipient) > (?1, ?2) ORDER BY tenant, recipient LIMIT ?3"
            }
            Self::Failures => {
                "SELECT tenant, recipient, times, x'', in_a_row FROM recipient_failures \
                 WHERE (tenant, recipient) > (?1, ?2) ORDER BY tenant, recipient LIMIT ?3"
            }
        }
    }

    fn delete(self) -> &'static str {
        match self {
            Self::Sends => "DELETE FROM recipient_sends WHERE tenant = ?1 AND recipient = ?2",
            Self::Failures => "DELETE FROM recipient_failures WHERE tenant = ?1 AND recipient = ?2",
        }
    }
}
