//! The single writing thread, with group commit.
//!
//! Requests queue closures; the thread runs all waiting ones in one transaction and resolves them
//! after the COMMIT. So one fsync serves many requests, nobody waits for a lock, and nothing is
//! acknowledged that is not durable.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rusqlite::Connection;

use crate::store::queue::{BatchSize, Worker};
use crate::store::sql::lane::WriterLane;

use super::commit_loop::CommitLoop;
use super::wal;

/// The maximum number of operations from the queue in one transaction, and of deferred ones: enough
/// to make the fsync cheap, few enough to keep the last one's wait short.
const SIZE: BatchSize = BatchSize { most: 512, nap: Duration::ZERO };

/// The handle to the writing thread.
pub(super) struct Writer {
    pub(super) worker: Worker,
    /// Set inside an operation, it makes the WAL be checkpointed after its group.
    pub(super) fold: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the thread on `connection`. After a failed commit it reopens `path`.
    pub(super) fn start(connection: Connection, path: PathBuf, lane: WriterLane) -> std::io::Result<Self> {
        let fold = Arc::default();
        let (wal, flag) = (wal::WalMonitor::over(&path), Arc::clone(&fold));
        let worker = Worker::start("otpmint-writer".to_owned(), SIZE, move |waiting, condition| {
            CommitLoop { connection, lane, path, condition, fold: flag, wal }.work(&waiting);
        })?;
        Ok(Self { worker, fold })
    }
}
