//! The data under each version of a sub-key.

use crate::domain::id::{self, TenantId};
use crate::domain::reports::actor::Actor;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{KeyCheck, Sealed, SecretKeyHash, WrappedKey};
use crate::domain::sub_key::KeyPurpose;
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::{Column, with};
use crate::store::{KeyUse, RotationStore, SealedValue, Verb};

use super::keyring;

/// A column of sealed values, and the columns with their owner.
struct SealedColumn {
    table: &'static str,
    column: &'static str,
    tenant: &'static str,
    row: &'static str,
}

/// The sealed values that are kept permanently, and therefore resealed after a rotation. Another
/// column is one more line.
const LASTING: &[SealedColumn] = &[
    SealedColumn { table: "tenants", column: "routes", tenant: "id", row: "id" },
    SealedColumn { table: "route_logins", column: "refresh_token", tenant: "tenant", row: "id" },
    SealedColumn { table: "webhooks", column: "secrets", tenant: "tenant", row: "id" },
    SealedColumn { table: "factors", column: "secret", tenant: "tenant", row: "id" },
    SealedColumn { table: "hooks", column: "secrets", tenant: "tenant", row: "id" },
    // What follows belongs to no tenant.
    SealedColumn { table: "acme", column: "content", tenant: "0", row: "id" },
    SealedColumn { table: "operators", column: "password", tenant: "0", row: "id" },
    SealedColumn { table: "operators", column: "totp", tenant: "0", row: "id" },
];

/// The sealed values that are deleted anyway, after a day at the latest.
const PASSING: &[(&str, &str)] = &[
    ("challenges", "payload"),
    ("idempotency", "response"),
    ("idempotency", "receipt"),
    ("sandbox_mails", "content"),
    ("results", "recipient"),
];

/// The hashes whose first byte is the version. Those of `deliveries` are not included: if their
/// version is removed, a delivery just cannot be found by its recipient any more.
const TAGGED: &[(KeyPurpose, &str, &str)] = &[
    (KeyPurpose::SecretKey, "secret_keys", "hash"),
    (KeyPurpose::SecretKey, "operator_tokens", "hash"),
    (KeyPurpose::SecretKey, "recovery_codes", "hash"),
    (KeyPurpose::Recipient, "recipients", "recipient"),
    (KeyPurpose::Recipient, "challenges", "recipient"),
    (KeyPurpose::Recipient, "sandbox_mails", "recipient"),
    (KeyPurpose::Recipient, "factors", "identity"),
    (KeyPurpose::Request, "idempotency", "key"),
    (KeyPurpose::Request, "results", "hash"),
    (KeyPurpose::Request, "factor_results", "hash"),
    (KeyPurpose::Request, "sessions", "hash"),
    (KeyPurpose::Request, "setup_links", "hash"),
    (KeyPurpose::Request, "sign_in_tries", "place"),
];

impl<E: Engine> RotationStore for SqlStore<E> {
    fn add_versions(&self, keys: Vec<WrappedKey>, (by, now): (Actor, Timestamp)) -> Verb<'_, bool> {
        self.write(move |group| {
            let is_done = keyring::add_versions(group, &keys)?;
            if is_done {
                group.note(now, AuditEvent::KeysRotated, About::by(&by))?;
            }
            Ok(is_done)
        })
    }

    fn key_uses(&self) -> Verb<'_, Vec<KeyUse>> {
        self.read(uses)
    }

    fn remove_versions(
        &self,
        versions: Vec<(KeyPurpose, u32)>,
        (by, now): (Actor, Timestamp),
    ) -> Verb<'_, ()> {
        self.write(move |group| {
            if keyring::remove(group, &versions)? > 0 {
                group.note(now, AuditEvent::KeysRemoved, About::by(&by))?;
            }
            Ok(())
        })
    }

    fn sealed_before(
        &self,
        version: u32,
        after: Option<SealedValue>,
        limit: usize,
    ) -> Verb<'_, Vec<SealedValue>> {
        self.read(move |tx| sealed_before(tx, version, after.as_ref(), limit))
    }

    fn reseal(&self, values: Vec<(SealedValue, Sealed)>) -> Verb<'_, usize> {
        self.write(move |group| reseal(group, &values))
    }

    fn rehash_key(&self, tenant: TenantId, former: SecretKeyHash, present: SecretKeyHash) -> Verb<'_, ()> {
        self.write(move |group| {
            // Another request may have done it a moment ago.
            let sql = "UPDATE secret_keys SET hash = ?3 WHERE tenant = ?1 AND hash = ?2 \
                       AND NOT EXISTS (SELECT 1 FROM secret_keys WHERE hash = ?3)";
            group.later(sql, with![tenant, &former, &present])
        })
    }

    fn is_key_taken(&self, hashes: Vec<SecretKeyHash>) -> Verb<'_, bool> {
        self.read(move |tx| {
            for hash in &hashes {
                if tx.has("SELECT 1 FROM secret_keys WHERE hash = ?1", with![hash])? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    fn change_master(
        &self,
        check: KeyCheck,
        keys: Vec<WrappedKey>,
        (by, now): (Actor, Timestamp),
    ) -> Verb<'_, bool> {
        self.write(move |group| {
            let is_done = keyring::change_master(group, &check, &keys)?;
            if is_done {
                group.note(now, AuditEvent::MasterKeyReplaced, About::by(&by))?;
            }
            Ok(is_done)
        })
    }
}

fn uses(tx: &dyn Tx) -> Result<Vec<KeyUse>> {
    let mut uses = Vec::new();
    let lasting = LASTING.iter().map(|lasting| (lasting.table, lasting.column));
    for (table, column) in lasting.chain(PASSING.iter().copied()) {
        let sql = format!("SELECT substr({column}, 2, 4), count(*) FROM {table} GROUP BY 1");
        let version = |bytes: Vec<u8>| bytes.try_into().map_or(0, u32::from_be_bytes);
        count(tx, &sql, KeyPurpose::Seal, version, &mut uses)?;
    }
    for (purpose, table, column) in TAGGED {
        let sql = format!("SELECT substr({column}, 1, 1), count(*) FROM {table} GROUP BY 1");
        let version = |bytes: Vec<u8>| bytes.first().copied().map_or(0, u32::from);
        count(tx, &sql, *purpose, version, &mut uses)?;
    }
    let sql = "SELECT code_key, count(*) FROM challenges WHERE code_hash IS NOT NULL GROUP BY 1";
    count(tx, sql, KeyPurpose::Code, |version: u32| version, &mut uses)?;
    // Without its key a seal proves nothing any more.
    let sql = "SELECT key, count(*) FROM audit_seals GROUP BY 1";
    count(tx, sql, KeyPurpose::Audit, |version: u32| version, &mut uses)?;
    shareable(tx, &mut uses)?;
    Ok(uses)
}

/// Adds the rows of a query to `uses`: a version, in some representation, and a number of rows.
fn count<T: Column>(
    tx: &dyn Tx,
    sql: &str,
    purpose: KeyPurpose,
    version: impl Fn(T) -> u32,
    uses: &mut Vec<KeyUse>,
) -> Result<()> {
    let counted = tx.all(sql, &[], |row| Ok((row.get::<Option<T>>()?, row.get::<i64>()?)))?;
    for (found, rows) in counted {
        if let Some(found) = found {
            uses.push(KeyUse { purpose, version: version(found), rows: rows.unsigned_abs() });
        }
    }
    Ok(())
}

/// The tables that reference a challenge. It is shown there by its shareable key, even if its own
/// row is gone.
const NAMED: &str = "SELECT id AS challenge FROM challenges \
                     UNION ALL SELECT challenge FROM webhook_deliveries \
                     UNION ALL SELECT challenge FROM sandbox_mails \
                     UNION ALL SELECT challenge FROM idempotency \
                     UNION ALL SELECT challenge FROM audit";

/// Counts the uses of each shareable key version, which follows from the time of a challenge's mint.
fn shareable(tx: &dyn Tx, uses: &mut Vec<KeyUse>) -> Result<()> {
    let purpose = KeyPurpose::ShareableKey;
    let keys = keyring::all(tx)?;
    let versions: Vec<_> = keys.iter().filter(|key| key.purpose == purpose.as_str()).collect();
    let sql = format!("SELECT count(*) FROM ({NAMED}) named WHERE challenge >= ?1 AND challenge < ?2");
    for (at, key) in versions.iter().enumerate() {
        let first = if at == 0 { 0 } else { id::first_at(key.active_from) };
        let next: Option<Timestamp> = versions[at + 1..].iter().map(|later| later.active_from).min();
        let bounds = with![first, next.map_or(i64::MAX, id::first_at)];
        let rows: i64 = tx.one(&sql, bounds, |row| row.get())?;
        uses.push(KeyUse { purpose, version: key.version, rows: rows.unsigned_abs() });
    }
    Ok(())
}

fn sealed_before(
    tx: &dyn Tx,
    version: u32,
    after: Option<&SealedValue>,
    limit: usize,
) -> Result<Vec<SealedValue>> {
    let is_place = |lasting: &&SealedColumn| {
        after.is_none_or(|after| (after.table, after.column) == (lasting.table, lasting.column))
    };
    let start = LASTING.iter().position(|lasting| is_place(&lasting)).unwrap_or(0);
    let mut from = after.map_or(i64::MIN, |after| after.row);
    let mut found = Vec::new();
    for SealedColumn { table, column, tenant, row } in &LASTING[start..] {
        let sql = format!(
            "SELECT {tenant}, {row}, {column} FROM {table} WHERE {row} > ?1 AND {column} IS NOT NULL \
             AND substr({column}, 2, 4) < ?2 ORDER BY {row} LIMIT ?3"
        );
        let left = limit.saturating_sub(found.len());
        found.extend(tx.all(&sql, with![from, &version.to_be_bytes(), left], |row| {
            Ok(SealedValue { table, column, tenant: row.get()?, row: row.get()?, sealed: row.get()? })
        })?);
        from = i64::MIN;
    }
    Ok(found)
}

fn reseal(tx: &dyn Tx, values: &[(SealedValue, Sealed)]) -> Result<usize> {
    let mut replaced = 0;
    for (value, anew) in values {
        let place = LASTING.iter().find(|place| (place.table, place.column) == (value.table, value.column));
        let Some(SealedColumn { table, column, tenant, row }) = place else { continue };
        let sql =
            format!("UPDATE {table} SET {column} = ?4 WHERE {tenant} = ?1 AND {row} = ?2 AND {column} = ?3");
        replaced += tx.change(&sql, with![value.tenant, value.row, &value.sealed, anew])?;
    }
    Ok(replaced)
}
