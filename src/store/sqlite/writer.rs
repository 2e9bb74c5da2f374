//! The single writing thread, with group commit.
//!
//! Requests queue closures; the thread runs all waiting ones in one transaction and resolves them
//! after the COMMIT. So one fsync serves many requests, nobody waits for a lock, and nothing is
//! acknowledged that is not durable.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::sql::engine::Urgency;
use crate::store::sql::failed::Failed;
use crate::store::sql::group::Group;
use crate::store::sql::lane::WriterLane;
use crate::store::{StoreError, Verb};

use super::batch::Deferred;
use super::commit_loop::CommitLoop;
use super::operation::{Operation, Write};
use super::wal;

/// The maximum number of waiting operations. Beyond it the store is busy.
const QUEUE: usize = 8_192;

/// The handle to the writing thread. Dropping it lets the thread finish what is queued.
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Operation>>>,
    /// Owned by the thread, so that the operations still waiting when it ends are resolved.
    deferred: Weak<Deferred>,
    healthy: Arc<AtomicBool>,
    fold: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on `connection`. After a failed commit it reopens `path`.
    pub(super) fn start(connection: Connection, path: PathBuf, lane: WriterLane) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel(QUEUE);
        let healthy = Arc::new(AtomicBool::new(true));
        let fold = Arc::default();
        let deferred = Arc::default();
        let mut commit_loop = CommitLoop {
            connection,
            lane,
            wal: wal::WalMonitor::over(&path),
            path,
            healthy: Arc::clone(&healthy),
            fold: Arc::clone(&fold),
            deferred: Arc::clone(&deferred),
        };
        let thread = std::thread::Builder::new()
            .name("otpmint-writer".to_owned())
            .spawn(move || commit_loop.work(&waiting))?;
        let deferred = Arc::downgrade(&deferred);
        Ok(Self { queue: Some(queue), deferred, healthy, fold, thread: Some(thread) })
    }

    /// Queues `run` and resolves after the commit. `run` may be called more than once, if another
    /// operation of its group fails; only the last call counts.
    pub(super) fn queue<T: Send + 'static>(
        &self,
        urgency: Urgency,
        run: impl FnMut(&Group) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        let (reply, answer) = oneshot::channel();
        let operation: Box<dyn Operation> = Box::new(Write::new(urgency, run, reply));
        let operation = match urgency {
            Urgency::Soon => self.wait_beside(operation),
            Urgency::Now | Urgency::WhileAwaited => Some(operation),
        };
        let queued = operation.map_or(Ok(()), |operation| self.send(operation));
        Box::pin(async move {
            queued?;
            answer.await.unwrap_or(Err(StoreError::Unavailable))
        })
    }

    /// Lets an operation wait beside the queue, or returns it.
    fn wait_beside(&self, operation: Box<dyn Operation>) -> Option<Box<dyn Operation>> {
        match self.deferred.upgrade() {
            Some(deferred) => deferred.join(operation),
            None => Some(operation),
        }
    }

    fn send(&self, operation: Box<dyn Operation>) -> Result<(), StoreError> {
        let queue = self.queue.as_ref().ok_or(StoreError::Unavailable)?;
        queue.try_send(operation).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Unavailable,
        })
    }

    /// Returns the flag that, set inside an operation, makes the WAL be checkpointed after its group.
    pub(super) fn fold_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.fold)
    }

    /// Returns whether the thread runs and the last write was recorded.
    pub(super) fn is_healthy(&self) -> bool {
        let runs = self.thread.as_ref().is_some_and(|thread| !thread.is_finished());
        runs && self.healthy.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was logged where it happened.
            let _ = thread.join();
        }
    }
}
