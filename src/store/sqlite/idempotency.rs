//! Requests that may be repeated: remembered in the transaction that carries them out.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::domain::challenges::idempotency::{LIFETIME, Once, Outcome, Remembered};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::{RequestDigest, Sealed};
use crate::domain::time::Timestamp;
use crate::store::KeptAnswer;

use super::row;

/// Whether this request was carried out before. Asks nothing for a request that came without a key.
pub(super) fn is_taken(
    connection: &Connection,
    tenant: TenantId,
    once: Option<&Once>,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let Some(once) = once else { return Ok(false) };
    let sql = "SELECT EXISTS (SELECT 1 FROM idempotency WHERE tenant = ?1 AND key = ?2 AND at > ?3)";
    let mut query = connection.prepare_cached(sql)?;
    for key in once.keys() {
        if query.query_row((tenant.0, key.0, (now - LIFETIME).as_millis()), |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Remembers what a request has changed, in the place of one that is past its time.
pub(super) fn remember(
    connection: &Connection,
    tenant: TenantId,
    once: Option<&Once>,
    outcome: Outcome,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Some(once) = once else { return Ok(()) };
    let sql = "INSERT OR REPLACE INTO idempotency \
               (tenant, key, fingerprint, at, outcome, challenge, remaining) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let remaining = match outcome {
        Outcome::Mismatched { attempts_remaining } => Some(attempts_remaining),
        _ => None,
    };
    connection.prepare_cached(sql)?.execute((
        tenant.0,
        once.key.0,
        once.fingerprint.0,
        now.as_millis(),
        outcome.as_str(),
        outcome.challenge().map(|id| id.0),
        remaining,
    ))?;
    Ok(())
}

/// What is known of a request, within its time.
pub(super) fn recall(
    connection: &Connection,
    tenant: TenantId,
    key: RequestDigest,
    now: Timestamp,
) -> rusqlite::Result<Option<Remembered>> {
    let sql = "SELECT fingerprint, outcome, challenge, remaining, answer, \
               iif(receipt_until > ?4, receipt, NULL) AS receipt \
               FROM idempotency WHERE tenant = ?1 AND key = ?2 AND at > ?3";
    let parameters = (tenant.0, key.0, (now - LIFETIME).as_millis(), now.as_millis());
    connection.prepare_cached(sql)?.query_row(parameters, read).optional()
}

fn read(row: &Row) -> rusqlite::Result<Remembered> {
    let challenge = row.get::<_, Option<i64>>("challenge")?.map(ChallengeId);
    let remaining = row.get("remaining")?;
    Ok(Remembered {
        fingerprint: RequestDigest(row.get("fingerprint")?),
        outcome: row::word(row, "outcome", |word| Outcome::parse(word, challenge, remaining))?,
        answer: row.get::<_, Option<Vec<u8>>>("answer")?.map(Sealed),
        receipt: row.get::<_, Option<Vec<u8>>>("receipt")?.map(Sealed),
    })
}

/// Adds what was answered to a request that is remembered.
pub(super) fn keep(
    connection: &Connection,
    tenant: TenantId,
    key: RequestDigest,
    kept: &KeptAnswer,
) -> rusqlite::Result<()> {
    let sql = "UPDATE idempotency SET answer = ?3, receipt = ?4, receipt_until = ?5 \
               WHERE tenant = ?1 AND key = ?2";
    let receipt = kept.receipt.as_ref();
    connection.prepare_cached(sql)?.execute((
        tenant.0,
        key.0,
        &kept.answer.0,
        receipt.map(|(sealed, _)| &sealed.0),
        receipt.map(|(_, until)| until.as_millis()),
    ))?;
    Ok(())
}

/// Erases at most `limit` receipts that are no longer valid: they name their recipient.
pub(super) fn erase_receipts(
    connection: &Connection,
    now: Timestamp,
    limit: usize,
) -> rusqlite::Result<usize> {
    let sql = "UPDATE idempotency SET receipt = NULL, receipt_until = NULL WHERE (tenant, key) IN \
               (SELECT tenant, key FROM idempotency WHERE receipt_until <= ?1 \
               ORDER BY receipt_until LIMIT ?2)";
    connection.prepare_cached(sql)?.execute((now.as_millis(), limit as i64))
}

/// Forgets at most `limit` requests that are past their time.
pub(super) fn delete_old(connection: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<usize> {
    let sql = "DELETE FROM idempotency WHERE (tenant, key) IN \
               (SELECT tenant, key FROM idempotency WHERE at <= ?1 ORDER BY at LIMIT ?2)";
    connection.prepare_cached(sql)?.execute(((now - LIFETIME).as_millis(), limit as i64))
}
