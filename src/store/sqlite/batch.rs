//! Which operations commit together: whatever waits, and what is about to come.

use std::sync::mpsc::Receiver;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::store::sql::engine::Wanted;

use super::writer::Operation;

/// Operations of the queue in one transaction at most, and of what can wait: enough to make the fsync cheap,
/// few enough to keep the wait of the last one short.
const MOST: usize = 512;

/// How long what can wait does, when nothing else is to be written. Far shorter than anybody looks,
/// far longer than a commit takes.
const PATIENCE: Duration = Duration::from_millis(3);

type Queue = Receiver<Box<dyn Operation>>;
/// Operations that commit together.
pub(super) type Batch = Vec<Box<dyn Operation>>;

/// What can wait, beside the queue. The first of it goes into the queue; what follows is taken along with
/// it, so that the writer is not woken for each.
#[derive(Default)]
pub(super) struct Patient(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    /// Whether one is in the queue, or was, and the others have not been taken since.
    announced: bool,
    others: Batch,
}

impl Patient {
    /// Lets an operation wait with the others, or hands it back: then it belongs into the queue.
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

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Every change under the lock is complete in itself.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts the next operations into an empty `batch`, when there are some; `false` when there will never
/// be any more.
///
/// Clients that were just answered are not waited for, although the batch would be twice as large:
/// while it commits they are served, and with a wait they were served after it.
pub(super) fn gather(queue: &Queue, patient: &Patient, batch: &mut Batch) -> bool {
    let Ok(first) = queue.recv() else { return false };
    batch.push(first);
    take(queue, batch);
    let ends = Instant::now() + PATIENCE;
    while !batch.iter().any(|operation| operation.wanted() != Wanted::Soon) && batch.len() < MOST {
        let Ok(next) = queue.recv_timeout(ends.saturating_duration_since(Instant::now())) else { break };
        batch.push(next);
        take(queue, batch);
    }
    // Last and in front: whatever came before one of the queue is carried out before it.
    batch.splice(..0, patient.take());
    true
}

/// Takes what waits.
fn take(queue: &Queue, batch: &mut Batch) {
    batch.extend(queue.try_iter().take(MOST - batch.len()));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{SyncSender, sync_channel};

    use crate::store::StoreError;
    use crate::store::sql::failed::Result as Applied;
    use crate::store::sql::group::Group;

    use super::*;

    struct Nothing(Wanted);

    impl Operation for Nothing {
        fn wanted(&self) -> Wanted {
            self.0
        }

        fn apply(&mut self, _group: &Group) -> Applied<()> {
            Ok(())
        }

        fn settle(self: Box<Self>, _result: Result<(), StoreError>) {}
    }

    fn queue(wanted: &[Wanted]) -> (SyncSender<Box<dyn Operation>>, Queue) {
        let (sender, queue) = sync_channel::<Box<dyn Operation>>(10_000);
        for wanted in wanted {
            sender.send(Box::new(Nothing(*wanted))).unwrap();
        }
        (sender, queue)
    }

    fn gathered(queue: &Queue) -> usize {
        let mut batch = Vec::new();
        assert!(gather(queue, &Patient::default(), &mut batch));
        batch.len()
    }

    #[test]
    fn whatever_waits_goes_together_up_to_a_bound() {
        let (_sender, queue) = queue(&[Wanted::Now; 700]);
        assert_eq!(gathered(&queue), MOST);
        assert_eq!(gathered(&queue), 700 - MOST);
    }

    #[test]
    fn what_can_wait_goes_with_the_next_urgent_one_or_in_a_moment() {
        let (sender, queue) = queue(&[Wanted::Soon]);
        let begun = Instant::now();
        assert_eq!(gathered(&queue), 1, "it does not wait for ever");
        assert!(begun.elapsed() >= PATIENCE);
        sender.send(Box::new(Nothing(Wanted::Soon))).unwrap();
        sender.send(Box::new(Nothing(Wanted::Now))).unwrap();
        assert_eq!(gathered(&queue), 2);
    }

    #[test]
    fn the_end_of_the_queue_is_the_end() {
        let (sender, queue) = queue(&[Wanted::Soon]);
        drop(sender);
        let mut batch = Vec::new();
        assert!(gather(&queue, &Patient::default(), &mut batch));
        assert!(!gather(&queue, &Patient::default(), &mut batch));
    }

    #[test]
    fn what_can_wait_is_taken_along_with_the_first_of_it_and_goes_first() {
        let (patient, (sender, queue)) = (Patient::default(), queue(&[]));
        let join = || patient.join(Box::new(Nothing(Wanted::Soon)));
        for _ in 0..2 {
            sender.send(join().expect("the first of them belongs into the queue")).unwrap();
            assert!(join().is_none() && join().is_none());
            sender.send(Box::new(Nothing(Wanted::Now))).unwrap();
            let mut batch = Vec::new();
            assert!(gather(&queue, &patient, &mut batch));
            assert_eq!(batch.len(), 4);
            assert!(batch.last().is_some_and(|last| last.wanted() == Wanted::Now));
        }
    }

    #[test]
    fn more_than_can_be_taken_along_goes_into_the_queue() {
        let patient = Patient::default();
        let handed_back = |_: &usize| patient.join(Box::new(Nothing(Wanted::Soon))).is_some();
        assert_eq!((0..MOST + 10).filter(handed_back).count(), 10);
    }
}
