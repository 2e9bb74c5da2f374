//! Which operations commit together: whatever waits, and what is about to come.

use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::writer::{Operation, Urgency};

/// Operations in one transaction at most: enough to make the fsync cheap, few enough to keep the
/// wait of the last one short.
const MOST: usize = 512;

/// How long what can wait does, when nothing else is to be written. Far shorter than anybody looks,
/// far longer than a commit takes.
const PATIENCE: Duration = Duration::from_millis(3);

/// The longest wait for clients that were just answered.
const LINGER: Duration = Duration::from_millis(1);

/// Fewer clients than this are not waited for: they would lose more than is won.
const FEW: usize = 8;

type Queue = Receiver<Box<dyn Operation>>;
type Group = Vec<Box<dyn Operation>>;

/// What the group before tells about the next one.
#[derive(Default)]
pub(super) struct Gathering {
    /// Operations that it answered.
    answered: usize,
    /// How long it took.
    took: Duration,
}

impl Gathering {
    /// Puts the next operations into an empty `group`, when there are some; `false` when there will
    /// never be any more.
    pub(super) fn gather(&self, queue: &Queue, group: &mut Group) -> bool {
        let Ok(first) = queue.recv() else { return false };
        group.push(first);
        take(queue, group);
        if group.iter().any(is_urgent) {
            self.linger(queue, group);
        } else {
            receive(queue, group, PATIENCE, |group| group.last().is_some_and(is_urgent));
        }
        take(queue, group);
        true
    }

    /// Notes how the group went.
    pub(super) fn gathered(&mut self, answered: usize, took: Duration) {
        *self = Self { answered, took };
    }

    /// Clients that were just answered mostly ask again at once. Without a moment for them they and
    /// those that wait now would take turns for good, each with a commit for half of them all.
    fn linger(&self, queue: &Queue, group: &mut Group) {
        let in_flight = group.len() + self.answered;
        if self.answered >= FEW {
            receive(queue, group, LINGER.min(self.took / 2), |group| group.len() >= in_flight / 4 * 3);
        }
    }
}

fn is_urgent(operation: &Box<dyn Operation>) -> bool {
    operation.urgency() == Urgency::Now
}

/// Takes what waits.
fn take(queue: &Queue, group: &mut Group) {
    group.extend(queue.try_iter().take(MOST - group.len().min(MOST)));
}

/// Takes what comes within `patience`, until it is enough.
fn receive(queue: &Queue, group: &mut Group, patience: Duration, is_enough: impl Fn(&Group) -> bool) {
    let ends = Instant::now() + patience;
    while group.len() < MOST && !is_enough(group) {
        let Ok(next) = queue.recv_timeout(ends.saturating_duration_since(Instant::now())) else { break };
        group.push(next);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{SyncSender, sync_channel};

    use crate::store::StoreError;

    use super::super::group;
    use super::*;

    struct Nothing(Urgency);

    impl Operation for Nothing {
        fn urgency(&self) -> Urgency {
            self.0
        }

        fn apply(&mut self, _group: &group::Group) -> rusqlite::Result<()> {
            Ok(())
        }

        fn settle(self: Box<Self>, _result: Result<(), StoreError>) {}
    }

    fn queue(urgencies: &[Urgency]) -> (SyncSender<Box<dyn Operation>>, Queue) {
        let (sender, queue) = sync_channel::<Box<dyn Operation>>(10_000);
        for urgency in urgencies {
            sender.send(Box::new(Nothing(*urgency))).unwrap();
        }
        (sender, queue)
    }

    fn gathered(queue: &Queue, before: Gathering) -> usize {
        let mut group = Vec::new();
        assert!(before.gather(queue, &mut group));
        group.len()
    }

    #[test]
    fn whatever_waits_goes_together_up_to_a_bound() {
        let (_sender, queue) = queue(&[Urgency::Now; 700]);
        assert_eq!(gathered(&queue, Gathering::default()), MOST);
        assert_eq!(gathered(&queue, Gathering::default()), 700 - MOST);
    }

    #[test]
    fn what_can_wait_goes_with_the_next_urgent_one() {
        let (sender, queue) = queue(&[Urgency::Soon]);
        let late = std::thread::spawn(move || {
            sender.send(Box::new(Nothing(Urgency::Now))).unwrap();
            sender
        });
        // On a machine that stands still the patience may end first; it is then in the next group.
        let first = gathered(&queue, Gathering::default());
        let _sender = late.join().unwrap();
        assert!(first == 2 || gathered(&queue, Gathering::default()) == 1);
        let (_sender, queue) = self::queue(&[Urgency::Soon]);
        assert_eq!(gathered(&queue, Gathering::default()), 1, "it does not wait for ever");
    }

    #[test]
    fn clients_that_were_answered_a_moment_ago_are_waited_for_and_not_for_long() {
        let before = || Gathering { answered: 32, took: Duration::from_secs(60) };
        let (_sender, queue) = queue(&[Urgency::Now; 32]);
        let begun = Instant::now();
        assert_eq!(gathered(&queue, before()), 32);
        assert!(begun.elapsed() >= LINGER);
        // With a few clients there is no waiting at all: this one would be for a minute otherwise.
        let (_sender, queue) = self::queue(&[Urgency::Now; 2]);
        let few = Gathering { answered: FEW - 1, took: Duration::from_secs(60) };
        assert_eq!(gathered(&queue, few), 2);
    }

    #[test]
    fn the_end_of_the_queue_is_the_end() {
        let (sender, queue) = queue(&[Urgency::Soon]);
        drop(sender);
        let mut group = Vec::new();
        assert!(Gathering::default().gather(&queue, &mut group));
        assert!(!Gathering::default().gather(&queue, &mut group));
    }
}
