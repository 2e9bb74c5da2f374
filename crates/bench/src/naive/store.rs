//! A pool of connections that SQLite's own lock serializes.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use otpmint::domain::challenges::challenge::{ChallengeStatus, Standing};
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::secret::{CodeHash, RecipientIndex};
use otpmint::domain::time::Timestamp;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, Transaction, TransactionBehavior};

use super::mold::Mold;

/// Connections in the pool: as many as r2d2 has by default.
const POOL: u32 = 10;

/// The settings of otpmint's own writing connection: equally durable, and with as much memory.
const SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = 1; PRAGMA secure_delete = 1; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; \
    PRAGMA wal_autocheckpoint = 2000";

const PENDING: &str = "status = 'pending'";

/// The database of one tenant.
pub(crate) struct NaiveStore {
    pool: r2d2::Pool<SqliteConnectionManager>,
    tenant: TenantId,
    challenge: Mold,
    note: Mold,
    commits: AtomicU64,
}

/// A challenge to open.
pub(crate) struct NewChallenge {
    pub(crate) id: ChallengeId,
    pub(crate) recipient: RecipientIndex,
    pub(crate) code_key: u32,
    pub(crate) code_hash: CodeHash,
    pub(crate) expires_at: Timestamp,
}

/// What an answer is compared with.
pub(crate) struct Sealed {
    pub(crate) recipient: RecipientIndex,
    pub(crate) code_key: u32,
    pub(crate) code_hash: CodeHash,
}

impl NaiveStore {
    /// Opens the database that otpmint has created at `path`, with challenges in it.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let manager = SqliteConnectionManager::file(path)
            .with_flags(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .with_init(|connection| connection.execute_batch(SETTINGS));
        let pool = r2d2::Pool::builder().max_size(POOL).build(manager)?;
        let connection = pool.get()?;
        let tenant = format!("SELECT tenant FROM challenges WHERE {PENDING}");
        let tenant = connection.query_row(&tenant, [], |row| row.get(0)).context("no pending challenge")?;
        Ok(Self {
            tenant: TenantId(tenant),
            challenge: Mold::of(&connection, "challenges", PENDING)?,
            note: Mold::of(&connection, "audit", "challenge IS NOT NULL")?,
            commits: AtomicU64::new(0),
            pool,
        })
    }

    /// The tenant of these challenges.
    pub(crate) fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The transactions so far.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Opens a challenge.
    pub(crate) fn open_challenge(&self, new: &NewChallenge) -> Result<()> {
        self.transact(|transaction| {
            let changes = [
                ("id", Value::Integer(new.id.0)),
                ("recipient", Value::Blob(new.recipient.0.to_vec())),
                ("code_key", Value::Integer(new.code_key.into())),
                ("code_hash", Value::Blob(new.code_hash.0.to_vec())),
                ("expires_at", Value::Integer(new.expires_at.as_millis())),
            ];
            self.challenge.cast(transaction, &changes)?;
            self.note(transaction, new.id)
        })
    }

    /// Counts an answer, compares it, and consumes the challenge if it is right; returns its standing
    /// afterwards. `None` if no answer is evaluated any more.
    pub(crate) fn record_attempt(
        &self,
        id: ChallengeId,
        now: Timestamp,
        is_right: impl FnOnce(&Sealed) -> bool,
    ) -> Result<Option<Standing>> {
        self.transact(|transaction| {
            let Some((standing, sealed)) = find(transaction, id)? else { return Ok(None) };
            if standing.status_at(now) != ChallengeStatus::Pending {
                return Ok(None);
            }
            let standing = standing.counted().compared(is_right(&sealed));
            let update = "UPDATE challenges SET status = ?2, attempts = ?3 WHERE id = ?1";
            let values = (id.0, standing.status.as_str(), standing.attempts);
            transaction.prepare_cached(update)?.execute(values)?;
            self.note(transaction, id)?;
            Ok(Some(standing))
        })
    }

    /// Writes a row of the audit trail, with the next identity.
    fn note(&self, transaction: &Transaction<'_>, id: ChallengeId) -> rusqlite::Result<()> {
        self.note.cast(transaction, &[("id", Value::Null), ("challenge", Value::Integer(id.0))])
    }

    fn transact<T>(&self, run: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let mut connection = self.pool.get()?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = run(&transaction)?;
        transaction.commit()?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(value)
    }
}

fn find(connection: &Connection, id: ChallengeId) -> rusqlite::Result<Option<(Standing, Sealed)>> {
    let query = "SELECT status, attempts, max_attempts, expires_at, recipient, code_key, code_hash \
                 FROM challenges WHERE id = ?1";
    connection.prepare_cached(query)?.query_row([id.0], read).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<(Standing, Sealed)> {
    let status: String = row.get(0)?;
    let standing = Standing {
        // An unknown status is not one that an answer can change.
        status: ChallengeStatus::parse(&status).unwrap_or(ChallengeStatus::Canceled),
        attempts: row.get(1)?,
        max_attempts: row.get(2)?,
        expires_at: Timestamp::from_millis(row.get(3)?),
    };
    let sealed = Sealed {
        recipient: RecipientIndex(row.get(4)?),
        code_key: row.get(5)?,
        code_hash: CodeHash(row.get(6)?),
    };
    Ok((standing, sealed))
}
