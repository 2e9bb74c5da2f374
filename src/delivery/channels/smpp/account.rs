//! Accounts: what sends over the sessions that a keeper keeps.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::failure::{Cause, Phase, SmppFailure};
use super::limits::SmppLimits;
use super::login::SmppLogin;
use super::pause::Pause;
use super::requests::Submission;
use super::sent::Sent;
use super::session::Session;
use super::status::{Meaning, Status};
use crate::delivery::ports::budget::Budget;

/// How often a message is begun anew because its session had ended before it was sent.
const MAX_SESSIONS: usize = 3;

/// An account. Its keeper takes leave when the account is dropped.
pub(super) struct Account {
    pub(super) desk: Arc<Desk>,
}

/// What an account and its keeper share.
pub(super) struct Desk {
    pub(super) login: SmppLogin,
    pub(super) limits: SmppLimits,
    pub(super) standing: watch::Sender<Standing>,
    /// Whether the keeper is to take leave.
    pub(super) leaving: watch::Sender<bool>,
    /// Tells the keeper that somebody wants to send.
    pub(super) wanted: Notify,
    /// The messages that were accepted.
    pub(super) sent: Arc<Sent>,
    times: Mutex<Times>,
}

struct Times {
    wanted: Instant,
    /// When a message was accepted for the last time.
    accepted: Option<Instant>,
    throttle: Pause,
}

/// How an account stands with its message centre.
#[derive(Clone)]
pub(super) enum Standing {
    /// It is about to be logged in.
    Opening,
    /// It is logged in.
    Up(Arc<Bound>),
    /// It could not be logged in, and is left alone until this moment.
    Down(SmppFailure, Instant),
    /// Its keeper has left.
    Gone,
}

/// The sessions of an account.
pub(super) struct Bound {
    pub(super) messages: Session,
    /// The session for receipts, if it is another one.
    pub(super) receipts: Option<Session>,
}

impl Bound {
    /// Returns whether messages can be sent and receipts arrive.
    fn is_open(&self) -> bool {
        self.messages.is_open() && self.receipts.as_ref().is_none_or(Session::is_open)
    }
}

impl Desk {
    /// Creates the desk of an account that is about to be logged in.
    pub(super) fn new(login: SmppLogin, limits: SmppLimits) -> Self {
        let times = Times { wanted: Instant::now(), accepted: None, throttle: Pause::new(limits.throttle) };
        Self {
            login,
            limits,
            standing: watch::channel(Standing::Opening).0,
            leaving: watch::channel(false).0,
            wanted: Notify::new(),
            sent: Arc::default(),
            times: Mutex::new(times),
        }
    }

    /// Returns until when the account is in use if nobody sends any more.
    pub(super) fn in_use_until(&self) -> Instant {
        self.times().wanted + self.limits.idle
    }

    /// Returns whether receipts may still come.
    pub(super) fn has_receipts_to_come(&self) -> bool {
        let accepted = self.times().accepted;
        accepted.is_some_and(|accepted| accepted + self.limits.idle > Instant::now())
    }

    /// Notes that the centre has accepted a message.
    fn accepted(&self, id: Option<&str>, message: &Submission) {
        let mut times = self.times();
        times.throttle.reset();
        times.accepted = Some(Instant::now());
        if let Some(id) = id {
            self.sent.note(id, message.digits());
        }
    }

    /// Tells the keeper to take leave.
    pub(super) fn leave(&self) {
        self.leaving.send_replace(true);
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// Returns whether the keeper has left.
    pub(super) fn is_gone(&self) -> bool {
        matches!(*self.desk.standing.borrow(), Standing::Gone)
    }

    /// Returns how many sessions there are.
    pub(super) fn sessions(&self) -> usize {
        match &*self.desk.standing.borrow() {
            Standing::Up(bound) => 1 + usize::from(bound.receipts.is_some()),
            Standing::Opening | Standing::Down(..) | Standing::Gone => 0,
        }
    }

    /// Sends a message, and returns the centre's id of it. Ends within the budget.
    pub(super) async fn send(
        &self,
        message: &Submission,
        budget: Budget,
    ) -> Result<Option<String>, SmppFailure> {
        let (mut sessions, mut has_been_in_trouble) = (0, false);
        loop {
            self.wait_for_the_throttle(budget).await?;
            let bound = self.bound(budget).await?;
            let failure = match bound.messages.submit(message.body(), budget).await {
                Ok(id) => {
                    self.desk.accepted(id.as_deref(), message);
                    return Ok(id);
                }
                Err(failure) => failure,
            };
            match failure.meaning() {
                Some(Meaning::Throttled) => {
                    self.desk.times().throttle.begin();
                }
                // Once more, then another account.
                Some(Meaning::Trouble) if !has_been_in_trouble => has_been_in_trouble = true,
                Some(Meaning::NotBound) if sessions + 1 < MAX_SESSIONS => {
                    sessions += 1;
                    bound.messages.leave();
                }
                None if failure.had_no_session() && sessions + 1 < MAX_SESSIONS => sessions += 1,
                _ => return Err(failure),
            }
        }
    }

    /// Waits while the account pauses because it has sent too fast. Fails at once if that would take too long.
    async fn wait_for_the_throttle(&self, budget: Budget) -> Result<(), SmppFailure> {
        let until = self.desk.times().throttle.until();
        match until {
            None => Ok(()),
            Some(until) if until < budget.begin => {
                sleep_until(until).await;
                Ok(())
            }
            Some(_) => Err(Cause::Answered(Status::THROTTLED).at(Phase::Submitted)),
        }
    }

    /// Returns the end of the pause because the account has sent too fast.
    pub(super) fn throttled_until(&self) -> Option<Instant> {
        self.desk.times().throttle.until()
    }

    /// Waits until the account is logged in.
    async fn bound(&self, budget: Budget) -> Result<Arc<Bound>, SmppFailure> {
        self.desk.times().wanted = Instant::now();
        self.desk.wanted.notify_one();
        let mut standing = self.desk.standing.subscribe();
        let mut has_waited = false;
        loop {
            match &*standing.borrow_and_update() {
                Standing::Up(bound) if bound.is_open() => return Ok(Arc::clone(bound)),
                Standing::Down(failure, _) if has_waited => return Err(failure.clone()),
                Standing::Down(failure, until) if Instant::now() < *until => return Err(failure.known()),
                Standing::Gone => return Err(Cause::Ended.at(Phase::Waiting)),
                Standing::Up(_) | Standing::Down(..) | Standing::Opening => {}
            }
            has_waited = true;
            match timeout_at(budget.begin, standing.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return Err(Cause::Ended.at(Phase::Waiting)),
                Err(_) => return Err(Cause::TimedOut.at(Phase::Waiting)),
            }
        }
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.desk.leave();
    }
}
