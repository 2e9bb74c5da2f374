//! The one thread that writes, with group commit.
//!
//! Requests queue closures; the thread runs whatever waits in one transaction and answers after
//! the COMMIT. So one fsync serves many requests, nobody waits on a lock, and nothing is
//! acknowledged that is not durable.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::sql::engine::Wanted;
use crate::store::sql::failed::Failed;
use crate::store::sql::group::Group;
use crate::store::sql::lane::Lane;
use crate::store::{StoreError, Verb};

use super::batch::Patient;
use super::commit_loop::CommitLoop;
use super::wal;

/// Operations that may wait. Beyond it callers are told to come back.
const QUEUE: usize = 8_192;

/// A queued operation: applied, maybe more than once, then told how it went.
pub(super) trait Operation: Send {
    fn wanted(&self) -> Wanted;
    fn apply(&mut self, group: &Group) -> Result<(), Failed>;
    fn settle(self: Box<Self>, result: Result<(), StoreError>);
}

struct Write<F, T> {
    wanted: Wanted,
    run: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Operation for Write<F, T>
where
    F: FnMut(&Group) -> Result<T, Failed> + Send,
    T: Send,
{
    fn wanted(&self) -> Wanted {
        self.wanted
    }

    fn apply(&mut self, group: &Group) -> Result<(), Failed> {
        if self.wanted != Wanted::WhileAwaited || !self.reply.is_closed() {
            self.value = Some((self.run)(group)?);
        }
        Ok(())
    }

    fn settle(self: Box<Self>, result: Result<(), StoreError>) {
        let Self { value, reply, .. } = *self;
        // The caller may have gone; what was written stays written.
        let _ = reply.send(result.and_then(|()| value.ok_or(StoreError::Unavailable)));
    }
}

/// The way to the writing thread. Dropping it lets the thread finish what is queued.
pub(super) struct Writer {
    queue: Option<SyncSender<Box<dyn Operation>>>,
    /// The thread's: what waits there when it ends is answered.
    patient: Weak<Patient>,
    healthy: Arc<AtomicBool>,
    fold: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on `connection`. After a failed commit it opens `path` anew.
    pub(super) fn start(connection: Connection, path: PathBuf, lane: Lane) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel(QUEUE);
        let healthy = Arc::new(AtomicBool::new(true));
        let fold = Arc::default();
        let patient = Arc::default();
        let mut commit_loop = CommitLoop {
            connection,
            lane,
            wal: wal::Watch::over(&path),
            path,
            healthy: Arc::clone(&healthy),
            fold: Arc::clone(&fold),
            patient: Arc::clone(&patient),
        };
        let thread = std::thread::Builder::new()
            .name("otpmint-writer".to_owned())
            .spawn(move || commit_loop.work(&waiting))?;
        let patient = Arc::downgrade(&patient);
        Ok(Self { queue: Some(queue), patient, healthy, fold, thread: Some(thread) })
    }

    /// Queues `run` and answers after it was committed. It may run more than once, when another
    /// operation of its group fails; only the last run counts.
    pub(super) fn queue<T: Send + 'static>(
        &self,
        wanted: Wanted,
        run: impl FnMut(&Group) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        let (reply, answer) = oneshot::channel();
        let operation: Box<dyn Operation> = Box::new(Write { wanted, run, value: None, reply });
        let operation = match wanted {
            Wanted::Soon => self.wait_beside(operation),
            Wanted::Now | Wanted::WhileAwaited => Some(operation),
        };
        let queued = operation.map_or(Ok(()), |operation| self.send(operation));
        Box::pin(async move {
            queued?;
            answer.await.unwrap_or(Err(StoreError::Unavailable))
        })
    }

    /// Lets it wait beside the queue, or hands it back.
    fn wait_beside(&self, operation: Box<dyn Operation>) -> Option<Box<dyn Operation>> {
        match self.patient.upgrade() {
            Some(patient) => patient.join(operation),
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

    /// Set inside an operation, it has the WAL folded into the database after its group.
    pub(super) fn fold_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.fold)
    }

    /// Whether the store could record, when it last had to.
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
