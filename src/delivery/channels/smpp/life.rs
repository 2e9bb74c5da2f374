//! The life of a session, as its owner and its tasks share it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::failure::Cause;
use super::pending::Pending;

/// How far a session is.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Life {
    /// It takes messages.
    Open,
    /// It takes no more messages, and ends when those that it has are answered.
    Leaving(Why),
    /// It has ended.
    Over(Why),
}

/// Why a session ends.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Why {
    /// Nothing was sent for long.
    Idle,
    /// Its owner wants it to.
    Asked,
    /// The centre, or the connection, is at fault.
    Failed(Cause),
}

/// What a session's owner and its tasks share.
pub(super) struct Shared {
    state: Mutex<SessionState>,
    pub(super) life: watch::Sender<Life>,
    /// Wakes the loop after a change that moves its next moment.
    pub(super) wake: Notify,
}

/// The state of a session.
pub(super) struct SessionState {
    pub(super) pending: Pending,
    pub(super) last_message: Instant,
    /// Whether any message was answered.
    pub(super) has_worked: bool,
}

impl Shared {
    /// Creates the state of a new session.
    pub(super) fn new() -> Self {
        let state =
            SessionState { pending: Pending::default(), last_message: Instant::now(), has_worked: false };
        let (life, _) = watch::channel(Life::Open);
        Self { state: Mutex::new(state), life, wake: Notify::new() }
    }

    /// Locks the state.
    pub(super) fn state(&self) -> MutexGuard<'_, SessionState> {
        // Every change under the lock is complete in itself, so a poisoned lock is harmless.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes no more messages.
    pub(super) fn leave(&self, why: Why) {
        self.life.send_if_modified(|life| {
            let is_open = *life == Life::Open;
            if is_open {
                *life = Life::Leaving(why);
            }
            is_open
        });
        self.wake.notify_one();
    }
}
