//! The connection in use, and giving it up.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Notify;

use crate::domain::random::Entropy;

use super::access::RedisAccess;
use super::link::Link;
use super::script::Scripts;

/// How long an answer is waited for. A person waits behind each question.
pub(super) const PATIENCE: Duration = Duration::from_millis(25);

/// The connection in use, if there is one.
pub(super) struct Live {
    pub(super) access: RedisAccess,
    pub(super) scripts: Scripts,
    /// The connection, with its number; `None` while the server is left alone.
    link: RwLock<Option<(u64, Link)>>,
    /// Why the latest connection was given up.
    problem: Mutex<String>,
    /// Told when a connection is given up.
    given_up: Notify,
    next: AtomicU64,
}

impl Live {
    pub(super) fn new(access: RedisAccess, entropy: &dyn Entropy) -> Self {
        Self {
            access,
            scripts: Scripts::new(),
            link: RwLock::default(),
            problem: Mutex::default(),
            given_up: Notify::new(),
            // Events of other nodes and of earlier runs have other numbers.
            next: AtomicU64::new(u64::from_be_bytes(entropy.bytes())),
        }
    }

    /// Returns a number that was not used before.
    pub(super) fn draw(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Returns whether there is a connection.
    pub(super) fn is_up(&self) -> bool {
        self.link.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Returns the connection and its number.
    pub(super) fn link(&self) -> Option<(u64, Link)> {
        self.link.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Uses a connection from now on.
    pub(super) fn take_up(&self, link: Link) {
        *self.link.write().unwrap_or_else(PoisonError::into_inner) = Some((self.draw(), link));
    }

    /// Stops using the connection. Returns `false` if it was given up before.
    pub(super) fn put_down(&self) -> bool {
        self.link.write().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }

    /// Gives a connection up, unless another question has done so before.
    pub(super) fn give_up(&self, number: u64, problem: String) {
        let mut link = self.link.write().unwrap_or_else(PoisonError::into_inner);
        if link.take_if(|(present, _)| *present == number).is_some() {
            *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
            self.given_up.notify_one();
        }
    }

    /// Waits until the connection is given up, and returns the reason.
    pub(super) async fn until_given_up(&self) -> String {
        self.given_up.notified().await;
        self.problem.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
