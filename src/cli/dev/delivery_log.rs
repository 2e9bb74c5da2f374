//! Records what the server did with each message, and what the other side answered.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mail_catcher::Witness;
use tokio::sync::watch;

use crate::delivery::{DeliveryStep, Job, Observer};
use crate::domain::deliveries::delivery::DeliveryEnd;
use crate::domain::time::{Clock, Timestamp, retry_seconds};

/// Rows that are kept; the oldest are dropped.
const KEPT: usize = 1_000;
/// Characters of a recipient or a reply that are kept. A client may send more.
const LONGEST: usize = 320;

/// The latest rows. They contain no codes.
pub struct DeliveryLog {
    clock: Arc<dyn Clock>,
    rows: Mutex<LogRows>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct LogRows {
    count: u64,
    kept: VecDeque<LogRow>,
}

/// One event.
#[derive(Clone, Debug)]
pub struct LogRow {
    /// Counts from one.
    pub number: u64,
    /// The time.
    pub at: Timestamp,
    /// The recipient of the message.
    pub to: String,
    /// Who did it.
    pub who: Party,
    /// The event, in words.
    pub what: String,
}

/// An actor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Party {
    /// OtpMint.
    Server,
    /// The mail catcher, which replaces a mail server.
    MailServer,
    /// The inbox for phones, which replaces the providers.
    Phones,
}

impl Party {
    /// Its name on the page.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Server => "OtpMint",
            Self::MailServer => "mail server",
            Self::Phones => "phones",
        }
    }
}

impl DeliveryLog {
    /// An empty log.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, rows: Mutex::default(), changed: watch::Sender::new(()) }
    }

    /// The rows, newest first.
    pub fn rows(&self) -> Vec<LogRow> {
        self.lock().kept.iter().rev().cloned().collect()
    }

    /// Drops all rows.
    pub fn clear(&self) {
        self.lock().kept.clear();
        self.changed.send_replace(());
    }

    /// Notifies about each change from now on.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub(super) fn add(&self, to: &str, who: Party, what: &str) {
        let short = |text: &str| text.chars().take(LONGEST).collect();
        let mut rows = self.lock();
        rows.count += 1;
        let row = LogRow { number: rows.count, at: self.clock.now(), to: short(to), who, what: short(what) };
        if rows.kept.len() == KEPT {
            rows.kept.pop_front();
        }
        rows.kept.push_back(row);
        drop(rows);
        self.changed.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, LogRows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for DeliveryLog {
    fn note(&self, job: &Job, step: DeliveryStep) {
        let what = match step {
            DeliveryStep::Queued => "queued".to_owned(),
            DeliveryStep::Trying => format!("try {}", job.tries.saturating_add(1)),
            DeliveryStep::Ended(DeliveryEnd::Sent) if job.sender.is_sandbox => {
                "kept in the sandbox's outbox".to_owned()
            }
            DeliveryStep::Ended(DeliveryEnd::Sent) => "sent".to_owned(),
            DeliveryStep::Ended(DeliveryEnd::Failed(error)) => {
                format!("failed: {}; {}", error.as_str(), error.advice())
            }
            DeliveryStep::Ended(DeliveryEnd::RetryAt(next, error)) => {
                let seconds = retry_seconds(next.since(self.clock.now()));
                format!("not sent: {}; the next try is in {seconds} s", error.as_str())
            }
            DeliveryStep::Ended(DeliveryEnd::Later(_)) => "waits for room".to_owned(),
        };
        self.add(job.message.recipient.as_str(), Party::Server, &what);
    }
}

impl Witness for DeliveryLog {
    fn answered(&self, to: &str, reply: &str) {
        self.add(to, Party::MailServer, reply);
    }
}

/// Omits the rows, because they name recipients.
impl fmt::Debug for DeliveryLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeliveryLog")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> Timestamp {
            Timestamp::default()
        }
    }

    #[test]
    fn the_log_stays_small_whatever_is_told() {
        let log = DeliveryLog::new(Arc::new(Stopped));
        let mut changes = log.subscribe();
        for _ in 0..KEPT + 5 {
            log.answered(&"ä".repeat(10_000), "250 2.0.0 caught");
        }
        let rows = log.rows();
        assert_eq!((rows.len(), rows[0].number), (KEPT, KEPT as u64 + 5));
        assert_eq!(rows[0].to.chars().count(), LONGEST);
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        log.clear();
        assert!(log.rows().is_empty() && changes.has_changed().unwrap());
    }
}
