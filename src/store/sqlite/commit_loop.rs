//! The commit loop on the writing thread: runs waiting operations in one transaction, and resolves
//! them after its COMMIT.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::queue::{Batch, Condition, Waiting};
use crate::store::sql::failed::Failed;
use crate::store::sql::group::Group;
use crate::store::sql::lane::WriterLane;

use super::schema;
use super::tx::SqliteTx;
use super::wal;

/// How long checkpointing the WAL waits for readers.
const FOLD_WAIT: Duration = Duration::from_millis(50);

/// Written first while the store is unhealthy. A transaction that happens to change nothing, such
/// as a sweep with nothing to do, also commits on a full disk and would prove nothing.
const PROBE: &str = "INSERT INTO meta (key, value) VALUES ('probe', randomblob(8)) \
                     ON CONFLICT DO UPDATE SET value = excluded.value";

/// The state of the writing thread.
pub(super) struct CommitLoop {
    pub(super) connection: Connection,
    pub(super) lane: WriterLane,
    pub(super) path: PathBuf,
    pub(super) condition: Arc<Condition>,
    pub(super) fold: Arc<AtomicBool>,
    pub(super) wal: wal::WalMonitor,
}

impl CommitLoop {
    /// Runs until nobody can queue anything more and the queue is empty.
    pub(super) fn work(mut self, waiting: &Waiting) {
        let mut batch = Batch::default();
        while waiting.gather(&mut batch) {
            self.carry_out(&mut batch);
            if self.fold.swap(false, Ordering::Relaxed) {
                if let Err(error) = self.fold_wal() {
                    tracing::warn!(%error, "the WAL could not be folded into the database");
                }
                self.wal.look();
            }
        }
        // Closing the last connection checkpoints the WAL into the database.
        tracing::debug!("the writer has finished");
    }

    fn carry_out(&mut self, batch: &mut Batch) {
        match self.transact(batch) {
            Ok(()) => {
                let mut next = batch.is_recorded();
                if !next.is_empty() {
                    self.carry_out(&mut next);
                }
            }
            // One of the operations cannot be carried out. Run each alone, so that the others can.
            Err(Failed::Operation(_)) if batch.len() > 1 => {
                for mut operation in batch.each_alone() {
                    self.carry_out(&mut operation);
                }
            }
            Err(Failed::Operation(error)) => {
                tracing::error!(%error, "a write failed");
                batch.is_refused(StoreError::Unavailable);
            }
            Err(Failed::Again(error) | Failed::Store(error)) => {
                tracing::error!(%error, "the store cannot record");
                batch.is_refused(StoreError::Unavailable);
                self.reopen();
            }
        }
    }

    fn transact(&mut self, batch: &mut Batch) -> Result<(), Failed> {
        let done = self.try_transact(batch);
        if done.is_err() && !self.connection.is_autocommit() {
            // If even this fails, so does the next BEGIN, and the connection is replaced.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        match done {
            Ok(()) => self.condition.set_healthy(true),
            Err(Failed::Again(_) | Failed::Store(_)) => self.condition.set_healthy(false),
            // This is a statement about the operation, not about the store.
            Err(Failed::Operation(_)) => {}
        }
        done
    }

    fn try_transact(&self, batch: &mut Batch) -> Result<(), Failed> {
        // IMMEDIATE, because a deferred transaction that reads first fails at once when another
        // process writes, whatever the busy timeout.
        self.run("BEGIN IMMEDIATE").map_err(broken)?;
        if !self.condition.is_healthy() {
            self.run(PROBE).map_err(broken)?;
        }
        let tx = SqliteTx(&self.connection);
        let group = Group::new(&tx, &self.lane);
        batch.apply(&group)?;
        group.finish()?;
        self.run("COMMIT").map_err(broken)
    }

    fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(|_| ())
    }

    /// Checkpoints the WAL into the database and truncates it. If it were only checkpointed, it
    /// would keep its frames, with data that has been erased since, until they happen to be
    /// overwritten, and it would keep its maximum size.
    fn fold_wal(&self) -> rusqlite::Result<()> {
        // Readers finish in a moment. A backup may take long, and must not block the writer.
        self.connection.busy_timeout(FOLD_WAIT)?;
        let folded = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        self.connection.busy_timeout(schema::BUSY)?;
        folded
    }

    /// Replaces the connection. A failed fsync may leave pages in the cache that the system
    /// considers written; a new connection reads everything from the disk again.
    fn reopen(&mut self) {
        match schema::connect(&self.path) {
            Ok(connection) => self.connection = connection,
            Err(error) => tracing::error!(%error, "the database cannot be opened again yet"),
        }
    }
}

/// Converts an error in beginning or ending a transaction, which says nothing about its operations.
fn broken(error: rusqlite::Error) -> Failed {
    Failed::Store(error.into())
}
