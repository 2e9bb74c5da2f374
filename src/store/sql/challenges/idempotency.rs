//! Idempotent requests, recorded in the transaction that carries them out.

use crate::domain::challenges::idempotency::{HELD, LIFETIME, Once, Remembered, RequestOutcome};
use crate::domain::id::TenantId;
use crate::domain::node::Node;
use crate::domain::secret::{RequestDigest, Sealed};
use crate::domain::time::Timestamp;
use crate::store::KeptResponse;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Returns whether this request was carried out before. A request without a key costs no query.
pub fn is_taken(group: &Group, tenant: TenantId, once: Option<&Once>, now: Timestamp) -> Result<bool> {
    for key in once.into_iter().flat_map(Once::keys) {
        if group.request(tenant, key)?.is_some_and(|at| at > now - LIFETIME) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Remembers what a request changed, replacing an expired record with the same key. The writing
/// node holds the record until the response is stored.
pub fn remember(
    group: &Group,
    tenant: TenantId,
    once: Option<&Once>,
    outcome: RequestOutcome,
    now: Timestamp,
) -> Result<()> {
    let Some(once) = once else { return Ok(()) };
    // Another node may have carried it out meanwhile: then there is a row, and this is not recorded.
    let sql = "INSERT INTO idempotency (tenant, key, fingerprint, at, outcome, challenge, name, remaining, \
               receipt, receipt_until, holder, held_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let remaining = match outcome {
        RequestOutcome::Mismatched { attempts_remaining } => Some(attempts_remaining),
        _ => None,
    };
    let (word, challenge, name) = (outcome.as_str(), outcome.challenge(), outcome.name());
    let (secret, kept_until) = once.secret.as_ref().map(|(sealed, until)| (sealed, *until)).unzip();
    let name = name.as_deref();
    // An outcome about neither is itself the whole response.
    let about_something = challenge.is_some() || name.is_some();
    let (holder, until) = about_something.then(|| (group.node().number(), now + HELD)).unzip();
    for (key, fingerprint) in std::iter::once((once.key, once.fingerprint)).chain(once.event) {
        if group.request(tenant, key)?.is_some() {
            group.later("DELETE FROM idempotency WHERE tenant = ?1 AND key = ?2", with![tenant, &key])?;
        }
        group.hold().know_request(tenant, key, Some(now));
        let values = with![
            tenant,
            &key,
            &fingerprint,
            now,
            word,
            challenge,
            name,
            remaining,
            secret,
            kept_until,
            holder,
            until
        ];
        group.later(sql, values)?;
    }
    Ok(())
}

/// Returns the record of a request that has not expired.
pub fn recall(
    tx: &dyn Tx,
    tenant: TenantId,
    key: RequestDigest,
    now: Timestamp,
) -> Result<Option<Remembered>> {
    let sql = "SELECT fingerprint, challenge, name, remaining, outcome, response, receipt_until, receipt, \
               holder, held_until FROM idempotency WHERE tenant = ?1 AND key = ?2 AND at > ?3";
    tx.first(sql, with![tenant, &key, now - LIFETIME], |row| read(row, now))
}

fn read(row: &mut Row, now: Timestamp) -> Result<Remembered> {
    let (fingerprint, challenge) = (row.get()?, row.get()?);
    let (name, remaining) = (row.get::<Option<String>>()?, row.get()?);
    let outcome = row.word(|word| RequestOutcome::parse(word, challenge, name.as_deref(), remaining))?;
    let (response, until) = (row.get()?, row.get::<Option<Timestamp>>()?);
    let has_lost_receipt = until.is_some_and(|until| until <= now);
    Ok(Remembered {
        fingerprint,
        outcome,
        response,
        receipt: row.get::<Option<Sealed>>()?.filter(|_| !has_lost_receipt),
        has_lost_receipt,
        held: row.get::<Option<u16>>()?.map(Node::numbered).zip(row.get()?),
    })
}

/// Adds the response to a remembered request.
pub fn keep(tx: &dyn Tx, tenant: TenantId, key: RequestDigest, kept: &KeptResponse) -> Result<()> {
    let sql = "UPDATE idempotency SET response = ?3, receipt = coalesce(?4, receipt), \
               receipt_until = coalesce(?5, receipt_until), holder = NULL, held_until = NULL \
               WHERE tenant = ?1 AND key = ?2";
    let (receipt, until) = kept.receipt.as_ref().map(|(sealed, until)| (sealed, *until)).unzip();
    tx.later(sql, with![tenant, &key, kept.response.as_ref(), receipt, until])
}

/// Lets the responses of `node` be rebuilt that it had not stored at `now`. Others expect the older ones no
/// longer, whatever their rows say.
pub fn release(tx: &dyn Tx, node: Node, now: Timestamp) -> Result<()> {
    let sql = "UPDATE idempotency SET holder = NULL, held_until = NULL WHERE at > ?2 AND holder = ?1";
    tx.later(sql, with![node, now - HELD])
}

/// Erases at most `limit` receipts and secrets that are no longer repeated.
pub fn erase_receipts(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "UPDATE idempotency SET receipt = NULL WHERE (tenant, key) IN \
               (SELECT tenant, key FROM idempotency WHERE receipt IS NOT NULL AND receipt_until <= ?1 \
               ORDER BY receipt_until LIMIT ?2)";
    tx.change(sql, with![now, limit])
}

/// Deletes at most `limit` records of requests that have expired.
pub fn delete_old(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM idempotency WHERE (tenant, key) IN \
               (SELECT tenant, key FROM idempotency WHERE at <= ?1 ORDER BY at LIMIT ?2)";
    tx.change(sql, with![now - LIFETIME, limit])
}
