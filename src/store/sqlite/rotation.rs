//! What lies under which version of a sub-key.

use rusqlite::Connection;

use crate::domain::id::{self, TenantId};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{KeyCheck, Sealed, SecretKeyHash, WrappedKey};
use crate::domain::sub_key::KeyPurpose;
use crate::domain::time::Timestamp;
use crate::store::{KeyUse, RotationStore, SealedValue, Verb};

use super::{SqliteStore, keyring};
use crate::store::sql::audit::About;

/// A column of sealed values, and the columns that tell whose they are.
struct Lasting {
    table: &'static str,
    column: &'static str,
    tenant: &'static str,
    row: &'static str,
}

/// Sealed values that stay: they are sealed again after a rotation. A further column is one line.
const LASTING: &[Lasting] = &[
    Lasting { table: "tenants", column: "smtp", tenant: "id", row: "id" },
    Lasting { table: "webhooks", column: "secrets", tenant: "tenant", row: "id" },
    // Nobody's of the tenants.
    Lasting { table: "operators", column: "password", tenant: "0", row: "id" },
    Lasting { table: "operators", column: "totp", tenant: "0", row: "id" },
];

/// Sealed values that go by themselves, at the latest after a day.
const PASSING: &[(&str, &str)] = &[
    ("challenges", "payload"),
    ("idempotency", "answer"),
    ("idempotency", "receipt"),
    ("sandbox_mails", "content"),
    ("results", "recipient"),
];

/// Hashes whose first byte is the version.
const TAGGED: &[(KeyPurpose, &str, &str)] = &[
    (KeyPurpose::SecretKey, "secret_keys", "hash"),
    (KeyPurpose::Recipient, "recipient_sends", "recipient"),
    (KeyPurpose::Recipient, "recipient_failures", "recipient"),
    (KeyPurpose::Recipient, "challenges", "recipient"),
    (KeyPurpose::Recipient, "sandbox_mails", "recipient"),
    (KeyPurpose::Request, "idempotency", "key"),
    (KeyPurpose::Request, "results", "hash"),
    (KeyPurpose::Request, "sessions", "hash"),
    (KeyPurpose::Request, "setup_links", "hash"),
];

impl RotationStore for SqliteStore {
    fn add_versions(&self, keys: Vec<WrappedKey>, now: Timestamp) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| {
            let is_done = keyring::add_versions(group, &keys)?;
            if is_done {
                group.note(now, AuditEvent::KeysRotated, About::default())?;
            }
            Ok(is_done)
        })
    }

    fn key_uses(&self) -> Verb<'_, Vec<KeyUse>> {
        self.engine.look(uses)
    }

    fn remove_versions(&self, versions: Vec<(KeyPurpose, u32)>, now: Timestamp) -> Verb<'_, ()> {
        self.engine.writer.write(move |group| {
            if keyring::remove(group, &versions)? > 0 {
                group.note(now, AuditEvent::KeysRemoved, About::default())?;
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
        self.engine.look(move |connection| sealed_before(connection, version, after.as_ref(), limit))
    }

    fn reseal(&self, values: Vec<(SealedValue, Sealed)>) -> Verb<'_, usize> {
        self.engine.writer.write(move |connection| reseal(connection, &values))
    }

    fn rehash_key(&self, tenant: TenantId, former: SecretKeyHash, present: SecretKeyHash) -> Verb<'_, ()> {
        self.engine.writer.write(move |connection| {
            // Another request may have done it a moment ago.
            let sql = "UPDATE OR IGNORE secret_keys SET hash = ?3 WHERE tenant = ?1 AND hash = ?2";
            connection.prepare_cached(sql)?.execute((tenant.0, former.0, present.0))?;
            Ok(())
        })
    }

    fn is_key_taken(&self, hashes: Vec<SecretKeyHash>) -> Verb<'_, bool> {
        self.engine.look(move |connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM secret_keys WHERE hash = ?1)";
            let mut query = connection.prepare_cached(sql)?;
            for hash in hashes {
                if query.query_row([hash.0], |row| row.get(0))? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    fn change_master(&self, check: KeyCheck, keys: Vec<WrappedKey>, now: Timestamp) -> Verb<'_, bool> {
        self.engine.writer.write(move |group| {
            let is_done = keyring::change_master(group, &check, &keys)?;
            if is_done {
                group.note(now, AuditEvent::MasterKeyReplaced, About::default())?;
            }
            Ok(is_done)
        })
    }
}

fn uses(connection: &Connection) -> rusqlite::Result<Vec<KeyUse>> {
    let mut uses = Vec::new();
    let lasting = LASTING.iter().map(|lasting| (lasting.table, lasting.column));
    for (table, column) in lasting.chain(PASSING.iter().copied()) {
        let sql = format!("SELECT substr({column}, 2, 4), count(*) FROM {table} GROUP BY 1");
        let version = |bytes: Vec<u8>| bytes.try_into().map_or(0, u32::from_be_bytes);
        count(connection, &sql, KeyPurpose::Seal, version, &mut uses)?;
    }
    for (purpose, table, column) in TAGGED {
        let sql = format!("SELECT substr({column}, 1, 1), count(*) FROM {table} GROUP BY 1");
        let version = |bytes: Vec<u8>| bytes.first().copied().map_or(0, u32::from);
        count(connection, &sql, *purpose, version, &mut uses)?;
    }
    let sql = "SELECT code_key, count(*) FROM challenges WHERE code_hash IS NOT NULL GROUP BY 1";
    count(connection, sql, KeyPurpose::Code, |version: u32| version, &mut uses)?;
    shareable(connection, &mut uses)?;
    Ok(uses)
}

/// Adds what a query tells: a version, in whatever form, and a number of rows.
fn count<T: rusqlite::types::FromSql>(
    connection: &Connection,
    sql: &str,
    purpose: KeyPurpose,
    version: impl Fn(T) -> u32,
    uses: &mut Vec<KeyUse>,
) -> rusqlite::Result<()> {
    let mut query = connection.prepare(sql)?;
    let rows = query.query_map([], |row| Ok((row.get::<_, Option<T>>(0)?, row.get::<_, i64>(1)?)))?;
    for row in rows {
        if let (Some(found), rows) = row? {
            uses.push(KeyUse { purpose, version: version(found), rows: rows.unsigned_abs() });
        }
    }
    Ok(())
}

/// Where a challenge is named. It is shown by its shareable key there, also when its own row is gone.
const NAMED: &str = "SELECT id AS challenge FROM challenges \
                     UNION ALL SELECT challenge FROM webhook_deliveries \
                     UNION ALL SELECT challenge FROM sandbox_mails \
                     UNION ALL SELECT challenge FROM idempotency \
                     UNION ALL SELECT challenge FROM audit";

/// The moment of a challenge decides about the version of its shareable key.
fn shareable(connection: &Connection, uses: &mut Vec<KeyUse>) -> rusqlite::Result<()> {
    let purpose = KeyPurpose::ShareableKey;
    let keys = keyring::all(connection)?;
    let versions: Vec<_> = keys.iter().filter(|key| key.purpose == purpose.as_str()).collect();
    let sql = format!("SELECT count(*) FROM ({NAMED}) WHERE challenge >= ?1 AND challenge < ?2");
    let mut query = connection.prepare(&sql)?;
    for (at, key) in versions.iter().enumerate() {
        let first = if at == 0 { 0 } else { id::first_at(key.active_from) };
        let next: Option<Timestamp> = versions[at + 1..].iter().map(|later| later.active_from).min();
        let rows: i64 = query.query_row((first, next.map_or(i64::MAX, id::first_at)), |row| row.get(0))?;
        uses.push(KeyUse { purpose, version: key.version, rows: rows.unsigned_abs() });
    }
    Ok(())
}

fn sealed_before(
    connection: &Connection,
    version: u32,
    after: Option<&SealedValue>,
    limit: usize,
) -> rusqlite::Result<Vec<SealedValue>> {
    let is_place = |lasting: &&Lasting| {
        after.is_none_or(|after| (after.table, after.column) == (lasting.table, lasting.column))
    };
    let start = LASTING.iter().position(|lasting| is_place(&lasting)).unwrap_or(0);
    let mut from = after.map_or(i64::MIN, |after| after.row);
    let mut found = Vec::new();
    for Lasting { table, column, tenant, row } in &LASTING[start..] {
        let sql = format!(
            "SELECT {tenant}, {row}, {column} FROM {table} WHERE {row} > ?1 AND {column} IS NOT NULL \
             AND substr({column}, 2, 4) < ?2 ORDER BY {row} LIMIT ?3"
        );
        let mut query = connection.prepare_cached(&sql)?;
        let left = limit.saturating_sub(found.len()) as i64;
        let rows = query.query_map((from, version.to_be_bytes(), left), |row| {
            let (tenant, sealed) = (TenantId(row.get(0)?), Sealed(row.get(2)?));
            Ok(SealedValue { table, column, tenant, row: row.get(1)?, sealed })
        })?;
        found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
        from = i64::MIN;
    }
    Ok(found)
}

fn reseal(connection: &Connection, values: &[(SealedValue, Sealed)]) -> rusqlite::Result<usize> {
    let mut replaced = 0;
    for (value, anew) in values {
        let place = LASTING.iter().find(|place| (place.table, place.column) == (value.table, value.column));
        let Some(Lasting { table, column, tenant, row }) = place else { continue };
        let sql =
            format!("UPDATE {table} SET {column} = ?4 WHERE {tenant} = ?1 AND {row} = ?2 AND {column} = ?3");
        let parameters = (value.tenant.0, value.row, &value.sealed.0, &anew.0);
        replaced += connection.prepare_cached(&sql)?.execute(parameters)?;
    }
    Ok(replaced)
}
