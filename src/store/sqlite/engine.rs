//! The engine over one SQLite file: its writing thread and its readers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::domain::node::Node;
use crate::domain::secret::KeyCheck;
use crate::store::sql::engine::{Engine, Terms};
use crate::store::sql::failed::Failed;
use crate::store::sql::group::Group;
use crate::store::sql::lane::{WriterLane, greatest_id};
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::{StoreError, Verb};

use super::open_failed::OpenFailed;
use super::tx::SqliteTx;
use super::writer::Writer;
use super::{files, schema};

/// The number of readers: few, since each read is short.
const READERS: u32 = 4;

/// The maximum duration of a read. During a read the WAL cannot be checkpointed completely, and grows.
const LONGEST_READ: Duration = Duration::from_secs(5);

/// The number of steps of a statement between two checks of the time: less than a millisecond.
const STEPS: i32 = 10_000;

/// The store over SQLite.
pub type SqliteStore = SqlStore<Sqlite>;

/// SQLite: the writing thread and the readers of one file.
pub struct Sqlite {
    writer: Writer,
    readers: r2d2::Pool<SqliteConnectionManager>,
    /// Limits long reads to one at a time, so that the other readers are left to short ones.
    long_read: Arc<Semaphore>,
}

impl SqliteStore {
    /// Returns what the database at `path` knows about its master key, without changing anything.
    pub fn key_check(path: &Path) -> Result<Option<KeyCheck>, OpenFailed> {
        schema::key_check(path)
    }

    /// Returns the migrations that the database at `path` has not had yet, without changing anything.
    pub fn pending(path: &Path) -> Result<Vec<&'static str>, OpenFailed> {
        schema::pending(path)
    }

    /// Opens the database at `path` for `node`, creates it or migrates it to the present schema,
    /// and stores `known` in a new one.
    pub fn open(path: PathBuf, known: &KeyCheck, node: Node) -> Result<Self, OpenFailed> {
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
            // A file does not hang up, and the check is a statement of its own.
            .test_on_check_out(false)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build(manager)?;
        let greatest =
            greatest_id(&SqliteTx(&connection)).map_err(|error| OpenFailed::Migration(error.to_string()))?;
        let lane = WriterLane::only(node, greatest);
        let writer = Writer::start(connection, path, lane)?;
        let long_read = Arc::new(Semaphore::new(1));
        Ok(Self::over(Sqlite { writer, readers, long_read }, node))
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
                // The permit is held until the end, even if the caller has gone.
                let _permit = permit;
                read(&readers, |connection| within(LONGEST_READ, connection, run))
            });
            reading.await.unwrap_or(Err(StoreError::Unavailable))
        })
    }
}

impl Engine for Sqlite {
    const SYSTEM: &'static str = "sqlite";

    /// Runs on the caller's thread: a point lookup costs less than switching threads.
    fn read<T: Send + 'static>(
        &self,
        run: impl Fn(&dyn Tx) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        Box::pin(std::future::ready(read(&self.readers, |connection| run(&SqliteTx(connection)))))
    }

    /// Runs on a separate thread, for [`LONGEST_READ`] at most.
    fn read_at_length<T: Send + 'static>(
        &self,
        run: impl Fn(&dyn Tx) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        self.at_length(move |connection| run(&SqliteTx(connection)))
    }

    fn write<T: Send + 'static>(
        &self,
        terms: Terms<T>,
        run: impl FnMut(&Group) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        self.writer.worker.write(terms, None, run)
    }

    /// Setting it checkpoints the WAL after the operation.
    fn erased(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.writer.fold)
    }

    fn is_healthy(&self) -> bool {
        self.writer.worker.is_healthy()
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

/// Runs a read of one state of the database that is interrupted, and fails, if it takes longer than `limit`.
fn within<T>(
    limit: Duration,
    connection: &Connection,
    run: impl FnOnce(&Connection) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let end = Instant::now() + limit;
    connection.progress_handler(STEPS, Some(move || Instant::now() > end))?;
    // All statements see the same, until the transaction is rolled back.
    let done = connection.unchecked_transaction().map_err(Failed::from).and_then(|_snapshot| run(connection));
    connection.progress_handler(0, None::<fn() -> bool>)?;
    done
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
        // Longer than the limit, and long enough to be checked many times.
        let finite = format!("SELECT count(*) FROM ({} LIMIT 200000)", endless.replace("count(*)", "x"));
        assert_eq!(connection.query_row(&finite, [], |row| row.get::<_, i64>(0)).unwrap(), 200_000);
    }
}
