//! A writing thread, and the handle to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};

use crate::store::sql::engine::Terms;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::{StoreError, Verb};

use super::reply::Patience;
use super::sender::{Sender, queue};
use super::waiting::{BatchSize, Waiting};

/// The handle to a writing thread. Dropping it lets the thread finish what is queued.
pub struct Worker {
    queue: Option<Sender>,
    condition: Arc<Condition>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and its handle tell each other.
#[derive(Default)]
pub struct Condition {
    fails: AtomicBool,
    closing: AtomicBool,
}

impl Condition {
    /// Notes whether the last transaction was recorded.
    pub fn set_healthy(&self, healthy: bool) {
        self.fails.store(!healthy, Ordering::Relaxed);
    }

    /// Returns whether the last transaction was recorded, or there was none yet.
    pub fn is_healthy(&self) -> bool {
        !self.fails.load(Ordering::Relaxed)
    }

    /// Returns whether the process is ending, so that nobody would learn of a success.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }
}

impl Worker {
    /// Starts a thread that carries out what is queued, in batches of this size.
    pub fn start(
        name: String,
        size: BatchSize,
        work: impl FnOnce(Waiting, Arc<Condition>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, waiting) = queue(size);
        let condition = Arc::<Condition>::default();
        let shared = Arc::clone(&condition);
        let thread = Builder::new().name(name).spawn(move || work(waiting, shared))?;
        Ok(Self { queue: Some(sender), condition, thread: Some(thread) })
    }

    /// Queues `run`, as [`Sender::queue`] does.
    pub fn write<T: Send + 'static>(
        &self,
        terms: Terms<T>,
        patience: Patience,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        match &self.queue {
            Some(queue) => queue.queue(terms, patience, run),
            None => Box::pin(std::future::ready(Err(StoreError::Unavailable))),
        }
    }

    /// Returns whether the thread runs and its last transaction was recorded.
    pub fn is_healthy(&self) -> bool {
        let runs = self.thread.as_ref().is_some_and(|thread| !thread.is_finished());
        runs && self.condition.is_healthy()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.condition.closing.store(true, Ordering::Relaxed);
        self.queue.take();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was logged where it happened.
            let _ = thread.join();
        }
    }
}
