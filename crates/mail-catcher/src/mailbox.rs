//! The caught mails, and those who wait for them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;

use crate::mail::{Mail, MailId};
use crate::options::Keep;

/// How many events a slow subscriber may lag behind before it misses some.
const BACKLOG: usize = 256;

/// A change of the stored mails, or of the trouble for the next ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InboxEvent {
    /// A mail was caught. It may have made room for others when this is read.
    Received(MailId),
    /// All mails were dropped.
    Cleared,
    /// Trouble was switched on or off.
    Switched,
}

pub(crate) struct Mailbox {
    keep: Keep,
    kept: Mutex<Kept>,
    received: AtomicU64,
    events: broadcast::Sender<InboxEvent>,
}

/// The stored mails, oldest first.
#[derive(Default)]
struct Kept {
    mails: VecDeque<Arc<Mail>>,
    bytes: usize,
}

impl Kept {
    fn push(&mut self, mail: Arc<Mail>) {
        self.bytes += mail.raw.len();
        self.mails.push_back(mail);
    }

    /// Drops the oldest beyond the bounds. The newest stays, whatever its size.
    fn shrink(&mut self, keep: Keep) {
        let (mails, bytes) = match keep {
            Keep::Last(mails) => (mails, usize::MAX),
            Keep::Within { mails, bytes } => (mails, bytes),
            Keep::Nothing => (0, 0),
        };
        while self.mails.len() > 1 && (self.mails.len() > mails || self.bytes > bytes) {
            self.bytes -= self.mails.pop_front().map_or(0, |mail| mail.raw.len());
        }
    }
}

impl Mailbox {
    pub(crate) fn new(keep: Keep) -> Self {
        let (events, _) = broadcast::channel(BACKLOG);
        Self { keep, kept: Mutex::default(), received: AtomicU64::new(0), events }
    }

    pub(crate) const fn keeps_nothing(&self) -> bool {
        matches!(self.keep, Keep::Nothing | Keep::Last(0) | Keep::Within { mails: 0, .. })
    }

    /// Counts a mail without storing it.
    pub(crate) fn count(&self) {
        self.received.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts and stores the mail that `make` builds from its id.
    pub(crate) fn deposit(&self, make: impl FnOnce(MailId) -> Mail) {
        let mut kept = self.lock();
        let id = MailId(self.received.fetch_add(1, Ordering::Relaxed) + 1);
        kept.push(Arc::new(make(id)));
        kept.shrink(self.keep);
        // Sent under the lock, so that events come in the order of the mails.
        self.tell(InboxEvent::Received(id));
    }

    /// Notifies the listeners.
    pub(crate) fn tell(&self, event: InboxEvent) {
        // An error only means that nobody listens.
        let _ = self.events.send(event);
    }

    pub(crate) fn all(&self) -> Vec<Arc<Mail>> {
        self.lock().mails.iter().cloned().collect()
    }

    pub(crate) fn find(&self, id: MailId) -> Option<Arc<Mail>> {
        self.lock().mails.iter().find(|mail| mail.id == id).cloned()
    }

    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(crate) fn clear(&self) {
        let mut kept = self.lock();
        *kept = Kept::default();
        self.tell(InboxEvent::Cleared);
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<InboxEvent> {
        self.events.subscribe()
    }

    /// The first `count` stored mails to `recipient`, once there are that many.
    pub(crate) async fn await_mails(&self, recipient: &str, count: usize) -> Vec<Arc<Mail>> {
        // Subscribes before it looks, so that no mail slips in between.
        let mut events = self.subscribe();
        loop {
            let mails = self.all().into_iter().filter(|mail| mail.is_to(recipient));
            let found: Vec<_> = mails.take(count).collect();
            if found.len() >= count {
                return found;
            }
            // Even after missed events, the next look at the mails is complete. The sender lives in `self`.
            let _ = events.recv().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deposit(mailbox: &Mailbox, to: &str) {
        mailbox.deposit(|id| Mail::example(id, to, "Subject: hi\r\n\r\nhi\r\n"));
    }

    #[test]
    fn the_oldest_makes_room() {
        let mailbox = Mailbox::new(Keep::Last(2));
        for to in ["a@example.com", "b@example.com", "c@example.com"] {
            deposit(&mailbox, to);
        }
        let kept: Vec<_> = mailbox.all().iter().map(|mail| mail.to[0].clone()).collect();
        assert_eq!(kept, ["b@example.com", "c@example.com"]);
        assert_eq!(mailbox.received(), 3);
        assert!(mailbox.find(MailId(1)).is_none());
        assert!(mailbox.find(MailId(3)).is_some());
    }

    #[test]
    fn so_do_the_oldest_for_a_large_one() {
        let mailbox = Mailbox::new(Keep::Within { mails: 10, bytes: 100 });
        let deposit =
            |bytes: usize| mailbox.deposit(|id| Mail::example(id, "a@example.com", &"x".repeat(bytes)));
        let kept = || mailbox.all().iter().map(|mail| mail.raw.len()).collect::<Vec<_>>();
        for bytes in [40, 60, 1] {
            deposit(bytes);
        }
        assert_eq!(kept(), [60, 1]);
        deposit(200);
        assert_eq!(kept(), [200], "the newest is kept");
        deposit(100);
        assert_eq!(kept(), [100]);
        (0..20).for_each(|_| deposit(0));
        assert_eq!(kept().len(), 10);
    }

    #[tokio::test]
    async fn waiting_sees_mails_of_before_and_after() {
        let mailbox = Arc::new(Mailbox::new(Keep::default()));
        deposit(&mailbox, "a@example.com");
        let waiting = {
            let mailbox = Arc::clone(&mailbox);
            tokio::spawn(async move { mailbox.await_mails("A@example.com", 2).await })
        };
        tokio::task::yield_now().await;
        deposit(&mailbox, "b@example.com");
        deposit(&mailbox, "a@example.com");
        assert_eq!(waiting.await.unwrap().len(), 2);
    }
}
