//! The one thread that writes, with group commit.
//!
//! Requests queue closures; the thread runs whatever waits in one transaction and answers after
//! the COMMIT. So one fsync serves many requests, nobody waits on a lock, and nothing is
//! acknowledged that is not durable.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::{StoreError, Verb};

use super::group::Group;
use super::schema;
use super::trouble::Trouble;

/// Operations in one transaction at most: enough to make the fsync cheap, few enough to keep the
/// wait of the last one short.
const GROUP: usize = 512;

/// Operations that may wait. Beyond it callers are told to come back.
const QUEUE: usize = 8_192;

/// How long folding the WAL waits for readers.
const FOLD_WAIT: Duration = Duration::from_millis(50);

/// Written first while the store is unhealthy: a transaction that happens to change nothing, such
/// as a sweep with nothing to do, commits on a full disk as well and would prove nothing.
const PROBE: &str = "INSERT INTO meta (key, value) VALUES ('probe', randomblob(8)) \
                     ON CONFLICT DO UPDATE SET value = excluded.value";

/// A queued operation: applied, maybe more than once, then told how it went.
trait Operation: Send {
    fn apply(&mut self, group: &Group) -> rusqlite::Result<()>;
    fn settle(self: Box<Self>, result: Result<(), StoreError>);
}

struct Write<F, T> {
    run: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Operation for Write<F, T>
where
    F: FnMut(&Group) -> rusqlite::Result<T> + Send,
    T: Send,
{
    fn apply(&mut self, group: &Group) -> rusqlite::Result<()> {
        self.value = Some((self.run)(group)?);
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
    healthy: Arc<AtomicBool>,
    fold: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on `connection`. After a failed commit it opens `path` anew.
    pub(super) fn start(connection: Connection, path: PathBuf) -> std::io::Result<Self> {
        let (queue, waiting) = sync_channel(QUEUE);
        let healthy = Arc::new(AtomicBool::new(true));
        let fold = Arc::default();
        let mut desk = Desk { connection, path, healthy: Arc::clone(&healthy), fold: Arc::clone(&fold) };
        let thread = std::thread::Builder::new()
            .name("otpmint-writer".to_owned())
            .spawn(move || desk.work(&waiting))?;
        Ok(Self { queue: Some(queue), healthy, fold, thread: Some(thread) })
    }

    /// Queues `run` and answers after it was committed. It may run more than once, when another
    /// operation of its group fails; only the last run counts.
    pub(super) fn write<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> rusqlite::Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        let (reply, answer) = oneshot::channel();
        let operation = Box::new(Write { run, value: None, reply });
        let queued = match &self.queue {
            Some(queue) => queue.try_send(operation).map_err(|error| match error {
                TrySendError::Full(_) => StoreError::Busy,
                TrySendError::Disconnected(_) => StoreError::Unavailable,
            }),
            None => Err(StoreError::Unavailable),
        };
        Box::pin(async move {
            queued?;
            answer.await.unwrap_or(Err(StoreError::Unavailable))
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

/// The writing thread's own things.
struct Desk {
    connection: Connection,
    path: PathBuf,
    healthy: Arc<AtomicBool>,
    fold: Arc<AtomicBool>,
}

impl Desk {
    fn work(&mut self, waiting: &Receiver<Box<dyn Operation>>) {
        let mut group = Vec::with_capacity(GROUP);
        while let Ok(first) = waiting.recv() {
            group.push(first);
            group.extend(waiting.try_iter().take(GROUP - 1));
            self.carry_out(&mut group);
            if self.fold.swap(false, Ordering::Relaxed)
                && let Err(error) = self.fold_wal()
            {
                tracing::warn!(%error, "the WAL could not be folded into the database");
            }
        }
        // The last connection to close folds the WAL into the database.
        tracing::debug!("the writer has finished");
    }

    fn carry_out(&mut self, group: &mut Vec<Box<dyn Operation>>) {
        match self.transact(group) {
            Ok(()) => settle_all(group, Ok(())),
            // One of them cannot be carried out. Alone, the others can.
            Err(Trouble::Operation(_)) if group.len() > 1 => {
                for operation in group.drain(..) {
                    self.carry_out(&mut vec![operation]);
                }
            }
            Err(Trouble::Operation(error)) => {
                tracing::error!(%error, "a write failed");
                settle_all(group, Err(StoreError::Unavailable));
            }
            Err(Trouble::Store(error)) => {
                tracing::error!(%error, "the store cannot record");
                settle_all(group, Err(StoreError::Unavailable));
                self.reopen();
            }
        }
    }

    fn transact(&mut self, group: &mut [Box<dyn Operation>]) -> Result<(), Trouble> {
        let done = self.try_transact(group);
        if done.is_err() && !self.connection.is_autocommit() {
            // When even this fails, the next BEGIN does too, and the connection is replaced.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        match done {
            Ok(()) => {
                self.healthy.store(true, Ordering::Relaxed);
                metrics::counter!("otpmint_commits_total").increment(1);
                metrics::histogram!("otpmint_commit_group_size").record(group.len() as f64);
            }
            Err(Trouble::Store(_)) => self.healthy.store(false, Ordering::Relaxed),
            // It says something about the operation and nothing about the store.
            Err(Trouble::Operation(_)) => {}
        }
        done
    }

    fn try_transact(&self, operations: &mut [Box<dyn Operation>]) -> Result<(), Trouble> {
        // IMMEDIATE: a deferred transaction that reads first fails at once when another process
        // writes, whatever the busy timeout.
        self.run("BEGIN IMMEDIATE").map_err(Trouble::Store)?;
        if !self.healthy.load(Ordering::Relaxed) {
            self.run(PROBE).map_err(Trouble::Store)?;
        }
        let group = Group::new(&self.connection);
        for operation in operations {
            // A panic in one operation must not take the writer away from all the others.
            match catch_unwind(AssertUnwindSafe(|| operation.apply(&group))) {
                Ok(applied) => applied.map_err(Trouble::of)?,
                Err(_) => return Err(Trouble::Operation(rusqlite::Error::UnwindingPanic)),
            }
        }
        group.finish().map_err(Trouble::of)?;
        self.run("COMMIT").map_err(Trouble::Store)
    }

    fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(|_| ())
    }

    /// Writes the WAL back into the database and empties it. A WAL that is only written back keeps
    /// its frames, and with them what has been erased since, until they happen to be overwritten;
    /// and it keeps its greatest size.
    fn fold_wal(&self) -> rusqlite::Result<()> {
        // Readers are gone in a moment. A backup may stay long, and must not hold up the writer.
        self.connection.busy_timeout(FOLD_WAIT)?;
        let folded = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        self.connection.busy_timeout(schema::BUSY)?;
        folded
    }

    /// A failed fsync may leave pages behind that the system takes for written. A new connection
    /// reads everything from the disk again.
    fn reopen(&mut self) {
        match schema::connect(&self.path) {
            Ok(connection) => self.connection = connection,
            Err(error) => tracing::error!(%error, "the database cannot be opened again yet"),
        }
    }
}

fn settle_all(group: &mut Vec<Box<dyn Operation>>, result: Result<(), StoreError>) {
    for operation in group.drain(..) {
        operation.settle(result);
    }
}
