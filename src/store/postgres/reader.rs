//! Readers: threads that answer queries, each over a connection of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::store::queue::{QUEUE, awaited, no_room};
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::tx::Tx;
use crate::store::{StoreError, Verb};

use super::open_failed::OpenFailed;
use super::place::Place;
use super::session::Session;
use super::tx::PgTx;

/// The pause before a query runs again.
const PAUSE: Duration = Duration::from_millis(50);

/// A query that waits for a reader. Dropped without an answer, it is refused.
trait Query: Send {
    /// Runs over a session, and answers. Fails without an answer if the same may succeed over another session.
    fn run(&mut self, session: &Session) -> Result<()>;
    /// Returns whether it is still worth a try.
    fn is_awaited(&self) -> bool;
    /// Measures how long it has waited for a reader.
    fn measure(&self);
}

/// A closure with the caller that waits for its value.
struct Read<F, T> {
    view: View,
    run: F,
    reply: Option<oneshot::Sender<Result<T, StoreError>>>,
    queued_at: Instant,
    /// When it is not tried again any more.
    until: Instant,
}

impl<F, T> Query for Read<F, T>
where
    F: Fn(&dyn Tx) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, session: &Session) -> Result<()> {
        let read = match self.view.read(session, &self.run) {
            Err(failed @ (Failed::Store(_) | Failed::Again(_))) => return Err(failed),
            read => read,
        };
        let read = read.map_err(|error| {
            tracing::error!(%error, "a read failed");
            StoreError::Unavailable
        });
        // The caller may be gone.
        let _ = self.reply.take().map(|reply| reply.send(read));
        Ok(())
    }

    fn is_awaited(&self) -> bool {
        self.until > Instant::now() && self.reply.as_ref().is_some_and(|reply| !reply.is_closed())
    }

    fn measure(&self) {
        if self.view == View::Latest {
            metrics::histogram!("otpmint_store_read_wait_seconds").record(self.queued_at.elapsed());
        }
    }
}

/// How a reader sees the database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// Each statement sees what is committed.
    Latest,
    /// All statements of a query see the same, and it may take long.
    Snapshot,
}

/// Reading threads over one queue.
pub(super) struct Readers {
    queue: Option<SyncSender<Box<dyn Query>>>,
    threads: Vec<JoinHandle<()>>,
    view: View,
    patience: Duration,
    closing: Arc<AtomicBool>,
}

struct Reader {
    place: Arc<Place>,
    session: Option<Session>,
    /// Set when the handle is dropped: from then on nothing is tried again.
    closing: Arc<AtomicBool>,
}

impl Readers {
    /// Starts this many threads.
    pub(super) fn start(
        place: &Arc<Place>,
        count: usize,
        view: View,
    ) -> std::result::Result<Self, OpenFailed> {
        let (queue, waiting) = sync_channel(QUEUE);
        let waiting = Arc::new(Mutex::new(waiting));
        let closing = Arc::<AtomicBool>::default();
        let mut threads = Vec::with_capacity(count);
        for _ in 0..count {
            let mut reader =
                Reader { place: Arc::clone(place), session: None, closing: Arc::clone(&closing) };
            let waiting = Arc::clone(&waiting);
            let thread = std::thread::Builder::new().name("otpmint-reader".to_owned());
            threads.push(thread.spawn(move || reader.work(&waiting))?);
        }
        Ok(Self { queue: Some(queue), threads, view, patience: place.patience, closing })
    }

    /// Runs a query and resolves with its result. If the connection is lost, it runs again over another one. A
    /// long one may take longer than patience lasts, but does not begin again after that.
    pub(super) fn read<T: Send + 'static>(
        &self,
        run: impl Fn(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        let (reply, answer) = oneshot::channel();
        let queued_at = Instant::now();
        let until = queued_at + self.patience;
        let query = Box::new(Read { view: self.view, run, reply: Some(reply), queued_at, until });
        let queued = match &self.queue {
            Some(queue) => queue.try_send(query).map_err(no_room),
            None => Err(StoreError::Unavailable),
        };
        awaited(queued, answer, (self.view == View::Latest).then_some(self.patience))
    }
}

impl View {
    fn read<T>(self, session: &Session, run: impl Fn(&dyn Tx) -> Result<T>) -> Result<T> {
        let tx = PgTx::over(session);
        if self == Self::Latest {
            return run(&tx);
        }
        session.wire.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let read = run(&tx);
        tx.roll_back()?;
        read
    }
}

impl Reader {
    fn work(&mut self, waiting: &Mutex<Receiver<Box<dyn Query>>>) {
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(mut query) = next else { return };
            query.measure();
            // A panic in one query must not end the thread for all others.
            if catch_unwind(AssertUnwindSafe(|| self.answer(query.as_mut()))).is_err() {
                self.session = None;
            }
        }
    }

    fn answer(&mut self, query: &mut dyn Query) {
        while query.is_awaited() {
            self.session.take_if(|session| session.wire.is_gone());
            let session = Session::standing(&mut self.session, &self.place, "");
            let Err(error) = session.and_then(|session| query.run(session)) else { return };
            if !query.is_awaited() || self.closing.load(Ordering::Relaxed) {
                tracing::error!(%error, "a read failed");
                return;
            }
            tracing::debug!(%error, "a read runs again");
            thread::sleep(PAUSE);
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Relaxed);
        self.queue.take();
        for thread in self.threads.drain(..) {
            // A panic of the thread was logged where it happened.
            let _ = thread.join();
        }
    }
}
