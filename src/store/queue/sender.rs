//! The sending end of a queue.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Weak};

use tokio::sync::oneshot;

use crate::store::sql::engine::{Terms, Urgency};
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::{StoreError, Verb};

use super::deferred::Deferred;
use super::operation::{Operation, Write};
use super::reply::{Patience, awaited, no_room};
use super::waiting::{BatchSize, Waiting};

/// The maximum number of waiting operations. Beyond it the store is busy.
pub const QUEUE: usize = 8_192;

/// The sending end. Dropping it lets the thread finish what is queued.
pub struct Sender {
    queue: SyncSender<Box<dyn Operation>>,
    /// Owned by the thread, so that the operations still waiting when it ends are resolved.
    deferred: Weak<Deferred>,
}

/// Creates a queue whose operations are taken in batches of this size.
pub fn queue(size: BatchSize) -> (Sender, Waiting) {
    let (sender, receiver) = sync_channel(QUEUE);
    let deferred = Arc::new(Deferred::for_at_most(size.most));
    let sender = Sender { queue: sender, deferred: Arc::downgrade(&deferred) };
    (sender, Waiting::in_queue(receiver, deferred, size))
}

impl Sender {
    /// Queues `run` and resolves after the commit. `run` may be called more than once, if another
    /// operation of its group fails; only the last call counts.
    pub fn queue<T: Send + 'static>(
        &self,
        terms: Terms<T>,
        patience: Patience,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        let (reply, answer) = oneshot::channel();
        let urgency = terms.urgency;
        let operation: Box<dyn Operation> = Box::new(Write::new(terms, run, reply));
        let operation = match urgency {
            Urgency::Soon => self.wait_beside(operation),
            Urgency::Now | Urgency::WhileAwaited => Some(operation),
        };
        let queued = operation.map_or(Ok(()), |operation| self.send(operation));
        // No request waits for what can wait, so nobody loses patience.
        awaited(queued, answer, patience.filter(|_| urgency != Urgency::Soon))
    }

    /// Lets an operation wait beside the queue, or returns it.
    fn wait_beside(&self, operation: Box<dyn Operation>) -> Option<Box<dyn Operation>> {
        match self.deferred.upgrade() {
            Some(deferred) => deferred.join(operation),
            None => Some(operation),
        }
    }

    fn send(&self, operation: Box<dyn Operation>) -> Result<(), StoreError> {
        self.queue.try_send(operation).map_err(no_room)
    }
}
