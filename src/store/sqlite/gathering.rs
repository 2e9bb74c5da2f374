//! Which operations commit together: whatever waits, and what is about to come.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::writer::{Operation, Wanted};

/// Operations in one transaction at most: enough to make the fsync cheap, few enough to keep the
/// wait of the last one short.
const MOST: usize = 512;

/// How long what can wait does, when nothing else is to be written. Far shorter than anybody looks,
/// far longer than a commit takes.
const PATIENCE: Duration = Duration::from_millis(3);

type Queue = Receiver<Box<dyn Operation>>;
type Group = Vec<Box<dyn Operation>>;

/// Puts the next operations into an empty `group`, when there are some; `false` when there will never
/// be any more.
///
/// Clients that were just answered are not waited for, although the group would be twice as large:
/// while it commits they are served, and with a wait they were served after it.
pub(super) fn gather(queue: &Queue, group: &mut Group) -> bool {
    let Ok(first) = queue.recv() else { return false };
    group.push(first);
    take(queue, group);
    let ends = Instant::now() + PATIENCE;
    while !group.iter().any(|operation| operation.wanted() != Wanted::Soon) && group.len() < MOST {
        let Ok(next) = queue.recv_timeout(ends.saturating_duration_since(Instant::now())) else { break };
        group.push(next);
        take(queue, group);
    }
    true
}

/// Takes what waits.
fn take(queue: &Queue, group: &mut Group) {
    group.extend(queue.try_iter().take(MOST - group.len().min(MOST)));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{SyncSender, sync_channel};

    use crate::store::StoreError;

    use super::super::group;
    use super::*;

    struct Nothing(Wanted);

    impl Operation for Nothing {
        fn wanted(&self) -> Wanted {
            self.0
        }

        fn apply(&mut self, _group: &group::Group) -> rusqlite::Result<()> {
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
        let mut group = Vec::new();
        assert!(gather(queue, &mut group));
        group.len()
    }

    #[test]
    fn whatever_waits_goes_together_up_to_a_bound() {
        let (_sender, queue) = queue(&[Wanted::Now; 700]);
        assert_eq!(gathered(&queue), MOST);
        assert_eq!(gathered(&queue), 700 - MOST);
    }

    #[test]
    fn what_can_wait_goes_with_the_next_urgent_one() {
        let (sender, queue) = queue(&[Wanted::Soon]);
        let late = std::thread::spawn(move || {
            sender.send(Box::new(Nothing(Wanted::Now))).unwrap();
            sender
        });
        // On a machine that stands still the patience may end first; it is then in the next group.
        let first = gathered(&queue);
        let _sender = late.join().unwrap();
        assert!(first == 2 || gathered(&queue) == 1);
        let (_sender, queue) = self::queue(&[Wanted::Soon]);
        assert_eq!(gathered(&queue), 1, "it does not wait for ever");
    }

    #[test]
    fn the_end_of_the_queue_is_the_end() {
        let (sender, queue) = queue(&[Wanted::Soon]);
        drop(sender);
        let mut group = Vec::new();
        assert!(gather(&queue, &mut group));
        assert!(!gather(&queue, &mut group));
    }
}
