//! The receiving end of a queue: which operations commit together.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use super::batch::Batch;
use super::deferred::Deferred;
use super::operation::Operation;

/// How long deferred operations wait if nothing else is to be written. It is far too short to be
/// noticed, and far longer than a commit.
const DEFERRAL: Duration = Duration::from_millis(3);

/// The receiving end of a queue, on the thread that writes.
pub struct Waiting {
    queue: Receiver<Box<dyn Operation>>,
    deferred: Arc<Deferred>,
    size: BatchSize,
}

/// How many operations commit together.
#[derive(Clone, Copy)]
pub struct BatchSize {
    /// At most so many.
    pub most: usize,
    /// How long the thread sleeps first while others wait already, so that clients that have just received a
    /// response may join them. Zero where a transaction costs hardly more than its operations: the others are
    /// then served while the next batch commits, and a wait would only delay them.
    pub nap: Duration,
}

impl Waiting {
    /// Takes batches of this size from the queue.
    pub fn in_queue(queue: Receiver<Box<dyn Operation>>, deferred: Arc<Deferred>, size: BatchSize) -> Self {
        Self { queue, deferred, size }
    }

    /// Waits for operations and puts the next ones into an empty `batch`. Returns `false` once there
    /// will be no more.
    pub fn gather(&self, batch: &mut Batch) -> bool {
        let first = match self.queue.try_recv() {
            Ok(first) => {
                thread::sleep(self.size.nap);
                first
            }
            Err(_) => match self.queue.recv() {
                Ok(first) => first,
                Err(_) => return false,
            },
        };
        batch.push(first);
        self.take(batch);
        let ends = Instant::now() + DEFERRAL;
        while !batch.is_urgent() && batch.len() < self.size.most {
            let left = ends.saturating_duration_since(Instant::now());
            let Ok(next) = self.queue.recv_timeout(left) else { break };
            batch.push(next);
            self.take(batch);
        }
        // Last and in front: a deferred operation that was queued before one of the queue is carried out
        // before it.
        batch.put_in_front(self.deferred.take());
        true
    }

    /// Takes the operations that are waiting.
    fn take(&self, batch: &mut Batch) {
        batch.extend(self.queue.try_iter().take(self.size.most - batch.len()));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{SyncSender, sync_channel};

    use crate::store::StoreError;
    use crate::store::sql::engine::Urgency;
    use crate::store::sql::failed::Result as Applied;
    use crate::store::sql::group::Group;
    use crate::store::sql::needs::Needs;

    use super::*;

    const MOST: usize = 512;
    const SIZE: BatchSize = BatchSize { most: MOST, nap: Duration::ZERO };

    struct Nothing(Urgency);

    impl Operation for Nothing {
        fn urgency(&self) -> Urgency {
            self.0
        }

        fn needs(&self) -> Needs {
            Needs::NOTHING
        }

        fn is_awaited(&self) -> bool {
            true
        }

        fn apply(&mut self, _group: &Group) -> Applied<()> {
            Ok(())
        }

        fn must_be_known(&self) -> bool {
            false
        }

        fn settle(self: Box<Self>, _result: Result<(), StoreError>) -> Option<Box<dyn Operation>> {
            None
        }
    }

    fn queue(urgency: &[Urgency]) -> (SyncSender<Box<dyn Operation>>, Waiting) {
        let (sender, queue) = sync_channel::<Box<dyn Operation>>(10_000);
        for urgency in urgency {
            sender.send(Box::new(Nothing(*urgency))).unwrap();
        }
        let deferred = Arc::new(Deferred::for_at_most(MOST));
        (sender, Waiting::in_queue(queue, deferred, SIZE))
    }

    fn gathered(queue: &Waiting) -> usize {
        let mut batch = Batch::default();
        assert!(queue.gather(&mut batch));
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
        let mut batch = Batch::default();
        assert!(queue.gather(&mut batch));
        assert!(!queue.gather(&mut batch));
    }

    #[test]
    fn what_can_wait_is_taken_along_with_the_first_of_it_and_goes_first() {
        let (sender, queue) = queue(&[]);
        let deferred = Arc::clone(&queue.deferred);
        let join = || deferred.join(Box::new(Nothing(Urgency::Soon)));
        for _ in 0..2 {
            sender.send(join().expect("the first of them belongs into the queue")).unwrap();
            assert!(join().is_none() && join().is_none());
            sender.send(Box::new(Nothing(Urgency::Now))).unwrap();
            let mut batch = Batch::default();
            assert!(queue.gather(&mut batch));
            assert_eq!(batch.len(), 4);
            assert!(batch.ends_with(Urgency::Now));
        }
    }

    #[test]
    fn more_than_can_be_taken_along_goes_into_the_queue() {
        let deferred = Deferred::for_at_most(MOST);
        let handed_back = |_: &usize| deferred.join(Box::new(Nothing(Urgency::Soon))).is_some();
        assert_eq!((0..MOST + 10).filter(handed_back).count(), 10);
    }
}
