//! Batching: which operations commit together.

use std::sync::mpsc::Receiver;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::store::sql::engine::Urgency;

use super::operation::Operation;

/// The maximum number of operations from the queue in one transaction, and of deferred ones: enough
/// to make the fsync cheap, few enough to keep the last one's wait short.
const MOST: usize = 512;

/// How long deferred operations wait if nothing else is to be written. It is far too short to be
/// noticed, and far longer than a commit.
const DEFERRAL: Duration = Duration::from_millis(3);

type OperationQueue = Receiver<Box<dyn Operation>>;
/// Operations that commit together.
pub(super) type Batch = Vec<Box<dyn Operation>>;

/// Deferred operations, which wait beside the queue. The first one goes into the queue, and the
/// following ones are taken along with it, so that the writer is not woken for each.
#[derive(Default)]
pub(super) struct Deferred(Mutex<DeferredOperations>);

#[derive(Default)]
struct DeferredOperations {
    /// Whether one has been put into the queue since the others were last taken.
    announced: bool,
    others: Batch,
}

impl Deferred {
    /// Lets an operation wait with the others, or returns it to be put into the queue.
    pub(super) fn join(&self, operation: Box<dyn Operation>) -> Option<Box<dyn Operation>> {
        let mut waiting = self.waiting();
        if waiting.announced && waiting.others.len() < MOST {
            waiting.others.push(operation);
            return None;
        }
        waiting.announced = true;
        Some(operation)
    }

    fn take(&self) -> Batch {
        std::mem::take(&mut *self.waiting()).others
    }

    fn waiting(&self) -> MutexGuard<'_, DeferredOperations> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for operations and puts the next ones into an empty `batch`. Returns `false` once there
/// will be no more.
///
/// It does not wait for clients that have just received a response, although the batch would then
/// be twice as large: they are served while the batch commits, and a wait would only delay them.
pub(super) fn gather(queue: &OperationQueue, deferred: &Deferred, batch: &mut Batch) -> bool {
    let Ok(first) = queue.recv() else { return false };
    batch.push(first);
    take(queue, batch);
    let ends = Instant::now() + DEFERRAL;
    while !batch.iter().any(|operation| operation.urgency() != Urgency::Soon) && batch.len() < MOST {
        let Ok(next) = queue.recv_timeout(ends.saturating_duration_since(Instant::now())) else { break };
        batch.push(next);
        take(queue, batch);
    }
    // Last and in front: a deferred operation that was queued before one of the queue is carried out
    // before it.
    batch.splice(..0, deferred.take());
    true
}

/// Takes the operations that are waiting.
fn take(queue: &OperationQueue, batch: &mut Batch) {
    batch.extend(queue.try_iter().take(MOST - batch.len()));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{SyncSender, sync_channel};

    use crate::store::StoreError;
    use crate::store::sql::failed::Result as Applied;
    use crate::store::sql::group::Group;

    use super::*;

    struct Nothing(Urgency);

    impl Operation for Nothing {
        fn urgency(&self) -> Urgency {
            self.0
        }

        fn apply(&mut self, _group: &Group) -> Applied<()> {
            Ok(())
        }

        fn settle(self: Box<Self>, _result: Result<(), StoreError>) {}
    }

    fn queue(urgency: &[Urgency]) -> (SyncSender<Box<dyn Operation>>, OperationQueue) {
        let (sender, queue) = sync_channel::<Box<dyn Operation>>(10_000);
        for urgency in urgency {
            sender.send(Box::new(Nothing(*urgency))).unwrap();
        }
        (sender, queue)
    }

    fn gathered(queue: &OperationQueue) -> usize {
        let mut batch = Vec::new();
        assert!(gather(queue, &Deferred::default(), &mut batch));
        batch.len()
    }

    #[test]
    fn whatever_waits_goes_together_up_to_a_bound() {
        let (_sender, queue) = queue(&[Urgency::Now; 700]);
        assert_eq!(gathered(&queue), MOST);
        assert_eq!(gathered(&queue), 700 - MOST);
    }

    #[test]
    fn what_can_wait_goes_with_the_next_urgent_one_or_in_a_moment() {
        let (sender, queue) = queue(&[Urgency::Soon]);
        let begun = Instant::now();
        assert_eq!(gathered(&queue), 1, "it does not wait for ever");
        assert!(begun.elapsed() >= DEFERRAL);
        sender.send(Box::new(Nothing(Urgency::Soon))).unwrap();
        sender.send(Box::new(Nothing(Urgency::Now))).unwrap();
        assert_eq!(gathered(&queue), 2);
    }

    #[test]
    fn the_end_of_the_queue_is_the_end() {
        let (sender, queue) = queue(&[Urgency::Soon]);
        drop(sender);
        let mut batch = Vec::new();
        assert!(gather(&queue, &Deferred::default(), &mut batch));
        assert!(!gather(&queue, &Deferred::default(), &mut batch));
    }

    #[test]
    fn what_can_wait_is_taken_along_with_the_first_of_it_and_goes_first() {
        let (deferred, (sender, queue)) = (Deferred::default(), queue(&[]));
        let join = || deferred.join(Box::new(Nothing(Urgency::Soon)));
        for _ in 0..2 {
            sender.send(join().expect("the first of them belongs into the queue")).unwrap();
            assert!(join().is_none() && join().is_none());
            sender.send(Box::new(Nothing(Urgency::Now))).unwrap();
            let mut batch = Vec::new();
            assert!(gather(&queue, &deferred, &mut batch));
            assert_eq!(batch.len(), 4);
            assert!(batch.last().is_some_and(|last| last.urgency() == Urgency::Now));
        }
    }

    #[test]
    fn more_than_can_be_taken_along_goes_into_the_queue() {
        let deferred = Deferred::default();
        let handed_back = |_: &usize| deferred.join(Box::new(Nothing(Urgency::Soon))).is_some();
        assert_eq!((0..MOST + 10).filter(handed_back).count(), 10);
    }
}
