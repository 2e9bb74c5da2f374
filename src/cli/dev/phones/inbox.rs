//! The phones of `otpmint dev`: what they got, and those who wait for it.

use std::collections::VecDeque;
use std::fmt;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::watch;

use super::message::PhoneMessage;
use super::switchboard::{PhoneFate, PhoneTrouble, Switchboard};
use crate::cli::dev::delivery_log::{DeliveryLog, Party};
use crate::delivery::{Catch, CatchAnswer, CaughtMessage};
use crate::domain::BoxFuture;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::provider_report::{Fate, ReportOutcome};
use crate::domain::time::Clock;

/// Messages that are kept; the oldest are dropped.
const KEPT: usize = 500;

/// All phones. Clones are the same phones.
#[derive(Clone)]
pub struct PhoneInbox(Arc<Phones>);

struct Phones {
    clock: Arc<dyn Clock>,
    log: Arc<DeliveryLog>,
    kept: Mutex<Kept>,
    switches: Switchboard,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Kept {
    count: u64,
    messages: VecDeque<Arc<PhoneMessage>>,
}

impl PhoneInbox {
    /// Phones without messages. What the log tells of them has no codes.
    pub fn new(clock: Arc<dyn Clock>, log: Arc<DeliveryLog>) -> Self {
        let (kept, switches) = (Mutex::default(), Switchboard::default());
        Self(Arc::new(Phones { clock, log, kept, switches, changed: watch::Sender::new(()) }))
    }

    /// The kept messages, oldest first.
    pub fn messages(&self) -> Vec<Arc<PhoneMessage>> {
        self.lock().messages.iter().cloned().collect()
    }

    /// A kept message.
    pub fn message(&self, id: u64) -> Option<Arc<PhoneMessage>> {
        self.lock().messages.iter().find(|message| message.id == id).cloned()
    }

    /// Drops all messages.
    pub fn clear(&self) {
        self.lock().messages.clear();
        self.0.changed.send_replace(());
    }

    /// Notifies about each change from now on.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    /// The trouble that affects the next messages of this channel, if any is on.
    pub fn trouble(&self, channel: ChannelKind) -> Option<PhoneTrouble> {
        self.0.switches.get(channel)
    }

    /// Switches trouble on, replacing what was on; `None` switches it off.
    pub fn set_trouble(&self, channel: ChannelKind, trouble: Option<PhoneTrouble>) {
        self.0.switches.set(channel, trouble);
        self.0.changed.send_replace(());
    }

    /// Reports what became of a message, as its provider does.
    pub async fn report(&self, message: &PhoneMessage, fate: Fate) -> ReportOutcome {
        let Some(reports) = &message.caught.reports else { return ReportOutcome::Nothing };
        let outcome = reports.report(fate).await;
        if outcome == ReportOutcome::Changed {
            // Of two at once, one has changed it.
            let _ = message.reported.set(fate);
            let what = match fate {
                Fate::Delivered => "reports that it arrived",
                Fate::Failed => "reports that it did not arrive",
            };
            self.tell(&message.caught, what);
        }
        outcome
    }

    async fn take(&self, caught: CaughtMessage) -> CatchAnswer {
        let fate = self.0.switches.strike(caught.channel);
        match fate {
            Some(PhoneFate::FailForNow) => self.answer(&caught, "refused for now", CatchAnswer::Busy),
            Some(PhoneFate::FailForGood) => self.answer(&caught, "refused for good", CatchAnswer::Refused),
            Some(PhoneFate::Wait(span)) => {
                tokio::time::sleep(span).await;
                self.keep(caught, Some(Fate::Delivered))
            }
            Some(PhoneFate::Silence) => {
                self.deposit(caught, "arrives without an answer");
                pending().await
            }
            Some(PhoneFate::Unreported) => self.keep(caught, None),
            Some(PhoneFate::Lost) => self.keep(caught, Some(Fate::Failed)),
            None => self.keep(caught, Some(Fate::Delivered)),
        }
    }

    fn answer(&self, caught: &CaughtMessage, what: &str, answer: CatchAnswer) -> CatchAnswer {
        self.tell(caught, what);
        answer
    }

    /// Takes a message, and reports its fate once that can be recorded.
    fn keep(&self, caught: CaughtMessage, fate: Option<Fate>) -> CatchAnswer {
        let message = self.deposit(caught, "taken");
        if let Some(fate) = fate {
            let phones = self.clone();
            tokio::spawn(async move { phones.report(&message, fate).await });
        }
        CatchAnswer::Taken
    }

    fn deposit(&self, caught: CaughtMessage, what: &str) -> Arc<PhoneMessage> {
        self.tell(&caught, what);
        let mut kept = self.lock();
        kept.count += 1;
        let (id, received_at) = (kept.count, self.0.clock.now());
        let message = Arc::new(PhoneMessage { id, received_at, caught, reported: OnceLock::new() });
        if kept.messages.len() == KEPT {
            kept.messages.pop_front();
        }
        kept.messages.push_back(Arc::clone(&message));
        drop(kept);
        self.0.changed.send_replace(());
        message
    }

    /// Tells the log, and those who watch it.
    fn tell(&self, caught: &CaughtMessage, what: &str) {
        let what = format!("{}: {what}", caught.channel.as_str());
        self.0.log.add(&caught.to, Party::Phones, &what);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Catch for PhoneInbox {
    fn catch(&self, message: CaughtMessage) -> BoxFuture<'_, CatchAnswer> {
        Box::pin(self.take(message))
    }
}

/// Omits the messages, because codes are in them.
impl fmt::Debug for PhoneInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneInbox")
    }
}
