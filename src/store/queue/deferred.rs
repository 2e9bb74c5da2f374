//! Operations that wait beside a queue.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::operation::Operation;

/// Deferred operations, which wait beside the queue. The first one goes into the queue, and the
/// following ones are taken along with it, so that the writer is not woken for each.
pub struct Deferred {
    operations: Mutex<DeferredOperations>,
    most: usize,
}

#[derive(Default)]
struct DeferredOperations {
    /// Whether one has been put into the queue since the others were last taken.
    announced: bool,
    others: Vec<Box<dyn Operation>>,
}

impl Deferred {
    /// Creates a place where at most this many wait.
    pub fn for_at_most(most: usize) -> Self {
        Self { operations: Mutex::default(), most }
    }

    /// Lets an operation wait with the others, or returns it to be put into the queue.
    pub fn join(&self, operation: Box<dyn Operation>) -> Option<Box<dyn Operation>> {
        let mut waiting = self.waiting();
        if waiting.announced && waiting.others.len() < self.most {
            waiting.others.push(operation);
            return None;
        }
        waiting.announced = true;
        Some(operation)
    }

    /// Takes all of them.
    pub fn take(&self) -> Vec<Box<dyn Operation>> {
        std::mem::take(&mut *self.waiting()).others
    }

    fn waiting(&self) -> MutexGuard<'_, DeferredOperations> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.operations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
