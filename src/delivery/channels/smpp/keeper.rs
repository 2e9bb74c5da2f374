//! The task that keeps an account logged in.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::account::{Bound, Desk, Standing};
use super::failure::{Cause, Phase, SmppFailure};
use super::life::Why;
use super::limits::SmppLimits;
use super::opening::Opener;
use super::pause::Pause;
use super::receipt::Receipt;
use super::requests::Role;
use super::session::Session;

/// Keeps an account logged in for as long as messages or receipts may come.
pub(super) struct Keeper {
    pub(super) desk: Arc<Desk>,
    pub(super) opener: Arc<Opener>,
    pub(super) receipts: mpsc::Sender<Receipt>,
}

/// What follows the end of a session.
enum Next {
    /// The account is not in use any more.
    Leave,
    /// Another session, at once.
    Open,
    /// Another session, after a pause.
    Pause(SmppFailure),
}

impl Keeper {
    /// Runs until the account is left or not used any more.
    pub(super) async fn run(self) {
        let mut leaving = self.desk.leaving.subscribe();
        let mut pause = Pause::new(self.desk.limits.reconnect);
        loop {
            self.desk.standing.send_replace(Standing::Opening);
            let opened = tokio::select! {
                opened = self.open() => opened,
                () = is_set(&mut leaving) => break,
            };
            let next = match opened {
                Ok(bound) => self.watch(Arc::new(bound), &mut pause, &mut leaving).await,
                Err(failure) => Next::Pause(failure),
            };
            match next {
                Next::Leave => break,
                Next::Open => {}
                Next::Pause(failure) => {
                    let is_wanted = tokio::select! {
                        is_wanted = self.pause(&failure, pause.begin()) => is_wanted,
                        () = is_set(&mut leaving) => false,
                    };
                    if !is_wanted {
                        break;
                    }
                }
            }
        }
        self.desk.standing.send_replace(Standing::Gone);
    }

    /// Opens the sessions of the account.
    async fn open(&self) -> Result<Bound, SmppFailure> {
        let (messages, receipts) = Role::of(self.desk.login.settings.bind);
        let messages = self.session(messages).await?;
        let receipts = match receipts {
            Some(role) => Some(self.session(role).await?),
            None => None,
        };
        Ok(Bound { messages, receipts })
    }

    async fn session(&self, role: Role) -> Result<Session, SmppFailure> {
        let limits = &self.desk.limits;
        let end = Instant::now() + limits.connect + 2 * limits.step;
        let wire = self.opener.open(&self.desk.login, role, end).await?;
        // One that gets receipts alone is idle when the other one is.
        let idle = if role == Role::Receiver { 10 * limits.idle } else { limits.idle };
        let limits = SmppLimits { idle, ..limits.clone() };
        Ok(Session::start(wire, self.desk.login.settings.window, &limits, self.receipts.clone()))
    }

    /// Lets the sessions be used until one of them ends, and takes leave of the other one.
    async fn watch(&self, bound: Arc<Bound>, pause: &mut Pause, leaving: &mut watch::Receiver<bool>) -> Next {
        self.desk.standing.send_replace(Standing::Up(Arc::clone(&bound)));
        let why = tokio::select! {
            why = bound.messages.left() => why,
            why = left(bound.receipts.as_ref()) => why,
            () = is_set(leaving) => Why::Idle,
        };
        let sessions = || std::iter::once(&bound.messages).chain(&bound.receipts);
        sessions().for_each(Session::leave);
        if bound.messages.has_worked() {
            pause.reset();
        }
        match why {
            Why::Idle => {
                for session in sessions() {
                    session.over().await;
                }
                Next::Leave
            }
            // A message centre may end a session that is not used.
            Why::Failed(_) if Instant::now() >= self.desk.in_use_until() => Next::Leave,
            Why::Asked => Next::Open,
            Why::Failed(Cause::TimedOut) => Next::Pause(Cause::TimedOut.at(Phase::Waiting)),
            Why::Failed(_) if bound.messages.has_worked() => Next::Open,
            Why::Failed(cause) => Next::Pause(cause.at(Phase::Bind)),
        }
    }

    /// Leaves the account alone until `until`, and longer if nobody needs it: a message centre is not asked
    /// again and again by an account that cannot log in. Returns `false` if nobody needs it any more.
    async fn pause(&self, failure: &SmppFailure, until: Instant) -> bool {
        self.desk.standing.send_replace(Standing::Down(failure.clone(), until));
        sleep_until(until).await;
        if self.desk.has_receipts_to_come() && !failure.is_wrong_login() {
            return true;
        }
        timeout_at(self.desk.in_use_until(), self.desk.wanted.notified()).await.is_ok()
    }
}

/// Waits until a session takes no more messages; forever if there is none.
async fn left(session: Option<&Session>) -> Why {
    match session {
        Some(session) => session.left().await,
        None => std::future::pending().await,
    }
}

async fn is_set(flag: &mut watch::Receiver<bool>) {
    // Whoever could set it is gone only with the account itself.
    let _ = flag.wait_for(|is_set| *is_set).await;
}
