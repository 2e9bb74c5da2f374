//! The mails that were caught, and those who wait for them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;

use super::mail::{Mail, MailId};
use super::options::Keep;

/// Events that a slow subscriber may fall behind by before it misses some.
const BACKLOG: usize = 256;

/// A change of what is kept.
#[derive(Clone, Debug)]
pub enum InboxEvent {
    /// A mail was caught.
    Received(Arc<Mail>),
    /// All mails were dropped.
    Cleared,
}

pub(super) struct Mailbox {
    keep: Keep,
    mails: Mutex<VecDeque<Arc<Mail>>>,
    received: AtomicU64,
    events: broadcast::Sender<InboxEvent>,
}

impl Mailbox {
    pub(super) fn new(keep: Keep) -> Self {
        let (events, _) = broadcast::channel(BACKLOG);
        Self { keep, mails: Mutex::default(), received: AtomicU64::new(0), events }
    }

    pub(super) const fn keeps_nothing(&self) -> bool {
        matches!(self.keep, Keep::Nothing | Keep::Last(0))
    }

    /// Counts a mail that is not kept.
    pub(super) fn count(&self) {
        self.received.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts and keeps the mail that `make` builds from its id.
    pub(super) fn deposit(&self, make: impl FnOnce(MailId) -> Mail) {
        let mut mails = self.lock();
        let id = MailId(self.received.fetch_add(1, Ordering::Relaxed) + 1);
        let mail = Arc::new(make(id));
        if let Keep::Last(most) = self.keep {
            while mails.len() >= most.max(1) {
                mails.pop_front();
            }
        }
        mails.push_back(Arc::clone(&mail));
        // Sent under the lock, so that events come in the order of the mails. An error only means
        // that nobody listens.
        let _ = self.events.send(InboxEvent::Received(mail));
    }

    pub(super) fn all(&self) -> Vec<Arc<Mail>> {
        self.lock().iter().cloned().collect()
    }

    pub(super) fn find(&self, id: MailId) -> Option<Arc<Mail>> {
        self.lock().iter().find(|mail| mail.id == id).cloned()
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(super) fn clear(&self) {
        let mut mails = self.lock();
        mails.clear();
        let _ = self.events.send(InboxEvent::Cleared);
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<InboxEvent> {
        self.events.subscribe()
    }

    /// The first `count` kept mails to `recipient`, once there are so many.
    pub(super) async fn await_mails(&self, recipient: &str, count: usize) -> Vec<Arc<Mail>> {
        // Subscribed before looking, so that no mail slips in between.
        let mut events = self.subscribe();
        loop {
            let mails = self.all().into_iter().filter(|mail| mail.is_to(recipient));
            let found: Vec<_> = mails.take(count).collect();
            if found.len() >= count {
                return found;
            }
            // Behind or not, the next look at the mails tells. The sender lives in `self`.
            let _ = events.recv().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Mail>>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
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
