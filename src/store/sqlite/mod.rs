//! The store in one SQLite file: a writing thread with group commit, a pool of readers.

mod accounts;
mod asking;
mod attempts;
mod batch;
mod challenges;
mod clock;
mod commit_loop;
mod courses;
mod deliveries;
mod delivery_history;
mod events;
mod files;
mod group;
mod idempotency;
mod idle;
mod moves;
mod pages;
mod posts;
mod recipients;
mod reports;
mod resends;
mod results;
mod row;
mod schema;
mod statistics;
mod sweep;
mod tx;
mod verbs;
mod wal;
mod webhook_verbs;
mod webhooks;
mod writer;
mod writing;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditRow;
use crate::domain::secret::KeyCheck;
use crate::domain::time::Timestamp;

use super::sql::audit::trail;
use super::sql::engine::{Engine, Wanted};
use super::sql::failed::Failed;
use super::sql::group::Group;
use super::sql::store::SqlStore;
use super::sql::tx::Tx;
use super::{Retention, Store, StoreError, Swept, Verb};
use tx::SqliteTx;
use writer::Writer;

/// Why a database cannot be used. Each stops the start with exit code 4.
#[derive(Debug, thiserror::Error)]
pub enum OpenFailed {
    /// The file cannot be opened, read or written.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file or its folder cannot be made, or be kept from others.
    #[error("the database file: {0}")]
    File(std::io::Error),
    /// The pool of readers cannot be made.
    #[error("no reader: {0}")]
    Pool(#[from] r2d2::Error),
    /// The writing thread cannot be started.
    #[error("no writer: {0}")]
    Thread(#[from] std::io::Error),
    /// Made by a newer version.
    #[error("the database was made by a newer version of otpmint: use that version, or restore a backup")]
    TooNew,
    /// A migration failed; the database is as it was.
    #[error("the database could not be brought to this version: {0}")]
    Migration(String),
    /// Made with another master key, a moment ago.
    #[error("the database has just been made with another master key")]
    OtherKey,
    /// Not a database of ours.
    #[error("the file is not a database of otpmint")]
    Foreign,
}

/// Readers: few, since each read is short.
const READERS: u32 = 4;

/// No read takes longer: while it lasts, the WAL cannot be folded away and grows.
const LONGEST_READ: Duration = Duration::from_secs(5);

/// Steps of a statement between two looks at the watch: less than a millisecond.
const STEPS: i32 = 10_000;

/// The store over SQLite.
pub type SqliteStore = SqlStore<Sqlite>;

/// SQLite: the writing thread and the readers of one file.
pub struct Sqlite {
    writer: Writer,
    readers: r2d2::Pool<SqliteConnectionManager>,
    /// One long read at a time, so that the other readers are left to short ones.
    long_read: Arc<Semaphore>,
    sweep: Mutex<sweep::Cursor>,
}

impl SqliteStore {
    /// What the database at `path` knows of its master key, without changing anything.
    pub fn key_check(path: &Path) -> Result<Option<KeyCheck>, OpenFailed> {
        schema::key_check(path)
    }

    /// Opens the database at `path`, makes it or brings it to the present schema, and notes
    /// `known` in a new one.
    pub fn open(path: PathBuf, known: &KeyCheck) -> Result<Self, OpenFailed> {
        files::keep_private(&path).map_err(OpenFailed::File)?;
        schema::recognise(&path)?;
        let mut connection = schema::connect(&path)?;
        schema::migrate(&mut connection)?;
        schema::keep_key_check(&connection, known)?;
        let manager = SqliteConnectionManager::file(&path)
            .with_flags(schema::PRESENT)
            .with_init(|c| schema::prepare_reader(c));
        let readers = r2d2::Pool::builder()
            .max_size(READERS)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(2))
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build(manager)?;
        let writer = Writer::start(connection, path)?;
        let (long_read, sweep) = (Arc::new(Semaphore::new(1)), Mutex::default());
        Ok(Self { engine: Sqlite { writer, readers, long_read, sweep } })
    }
}

/// For the verbs that have not moved to `store/sql` yet.
impl Sqlite {
    fn look<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Verb<'static, T> {
        Box::pin(std::future::ready(read(&self.readers, |connection| Ok(run(connection)?))))
    }

    fn look_at_length<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.at_length(|connection| Ok(run(connection)?))
    }
}

impl Sqlite {
    fn at_length<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        let (readers, long_read) = (self.readers.clone(), Arc::clone(&self.long_read));
        Box::pin(async move {
            let permit = long_read.acquire_owned().await.map_err(|_| StoreError::Unavailable)?;
            let reading = tokio::task::spawn_blocking(move || {
                // Kept until the end, also when the caller has gone.
                let _permit = permit;
                read(&readers, |connection| within(LONGEST_READ, connection, run))
            });
            reading.await.unwrap_or(Err(StoreError::Unavailable))
        })
    }
}

impl Engine for Sqlite {
    /// On the caller's thread: a point lookup costs less than a change of threads.
    fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        Box::pin(std::future::ready(read(&self.readers, |connection| run(&SqliteTx(connection)))))
    }

    /// On a thread of its own, for [`LONGEST_READ`] at most.
    fn read_at_length<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        self.at_length(|connection| run(&SqliteTx(connection)))
    }

    fn write<T: Send + 'static>(
        &self,
        wanted: Wanted,
        mut run: impl FnMut(&Group) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        self.writer.queue(wanted, move |group| run(group.unit))
    }
}

/// Runs a read on one of the readers.
fn read<T>(
    readers: &r2d2::Pool<SqliteConnectionManager>,
    run: impl FnOnce(&Connection) -> Result<T, Failed>,
) -> Result<T, StoreError> {
    let unavailable = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a read failed");
        StoreError::Unavailable
    };
    let connection = readers.get().map_err(|error| unavailable(&error))?;
    run(&connection).map_err(|error| unavailable(&error))
}

/// Runs a read that is interrupted, and fails, when it takes longer than `limit`.
fn within<T>(
    limit: Duration,
    connection: &Connection,
    run: impl FnOnce(&Connection) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let end = Instant::now() + limit;
    connection.progress_handler(STEPS, Some(move || Instant::now() > end))?;
    let done = run(connection);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    done
}

impl Store for SqliteStore {
    fn greatest_id(&self) -> Verb<'_, i64> {
        self.engine.look(|connection| {
            // The audit trail remembers challenges that have been deleted since.
            let sql = "SELECT max(ifnull((SELECT max(id) FROM challenges), 0), \
                       ifnull((SELECT max(id) FROM tenants), 0), ifnull((SELECT max(id) FROM audit), 0), \
                       ifnull((SELECT max(id) FROM webhooks), 0), \
                       ifnull((SELECT max(id) FROM operators), 0))";
            connection.query_row(sql, [], |row| row.get(0))
        })
    }

    fn sweep(&self, now: Timestamp, keep: Retention) -> Verb<'_, Swept> {
        let from = self.engine.sweep.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fold = self.engine.writer.fold_flag();
        let round = self.engine.writer.write(move |connection| {
            // A round that is rolled back starts again where it started.
            let mut cursor = from.clone();
            let swept = sweep::round(connection, &mut cursor, now, keep)?;
            if !swept.more {
                fold.store(true, Ordering::Relaxed);
            }
            Ok((swept, cursor))
        });
        Box::pin(async move {
            let (swept, cursor) = round.await?;
            *self.engine.sweep.lock().unwrap_or_else(PoisonError::into_inner) = cursor;
            Ok(swept)
        })
    }

    fn audit(&self, tenant: Option<TenantId>, limit: usize) -> Verb<'_, Vec<AuditRow>> {
        self.read(move |tx| trail::latest(tx, tenant, limit))
    }

    fn is_healthy(&self) -> bool {
        self.engine.writer.is_healthy()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_that_takes_too_long_is_interrupted_and_the_next_one_is_not() {
        let connection = Connection::open_in_memory().unwrap();
        let endless =
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
        let limit = Duration::from_millis(50);
        let begun = Instant::now();
        let read = within(limit, &connection, |c| {
            let tx: &dyn Tx = &SqliteTx(c);
            tx.one(endless, &[], |row| row.get::<i64>())
        });
        let Err(Failed::Operation(error)) = read else { panic!("it was not interrupted") };
        let code = error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
        assert_eq!(code, Some(rusqlite::ErrorCode::OperationInterrupted));
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        // Past the limit, and long enough to be looked at many times.
        let finite = format!("SELECT count(*) FROM ({} LIMIT 200000)", endless.replace("count(*)", "x"));
        assert_eq!(connection.query_row(&finite, [], |row| row.get::<_, i64>(0)).unwrap(), 200_000);
    }
}
