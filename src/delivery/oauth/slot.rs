//! What is known of one login in this process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::failure::TokenFailure;
use super::token::{AccessToken, Age, Granted, TokenOrigin};
use crate::domain::time::Timestamp;

/// What is known of one login.
#[derive(Default)]
pub(super) struct Slot {
    known: Mutex<Known>,
    /// Held while a token is asked for, so that there is one request at a time.
    pub(super) asking: std::sync::Arc<tokio::sync::Mutex<Unstored>>,
}

/// What an issuer has given and the store could not take yet. Its refresh token may be the only
/// valid one, so it must not be lost, and nothing of it is used before.
#[derive(Default)]
pub(super) struct Unstored(pub(super) Option<(Granted, Timestamp)>);

impl Unstored {
    /// Returns whether there is something whose access token has ended.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        let is_over = |(granted, asked): &(Granted, Timestamp)| {
            AccessToken::new(granted, 0, *asked).age(now) == Age::Over
        };
        self.0.as_ref().is_some_and(is_over)
    }
}

#[derive(Default)]
struct Known {
    token: Option<AccessToken>,
    numbers: u64,
    /// How many requests have ended, and how the last one failed.
    requests: u64,
    failure: Option<TokenFailure>,
}

impl Slot {
    /// Returns the token and its age, unless there is none or it has ended.
    pub(super) fn token(&self, now: Timestamp) -> Option<(AccessToken, Age)> {
        let known = self.known();
        let token = known.token.as_ref()?;
        let age = token.age(now);
        let kept = || AccessToken { origin: TokenOrigin::Kept, ..token.clone() };
        (age != Age::Over).then(|| (kept(), age))
    }

    /// Returns how many requests have ended.
    pub(super) fn requests(&self) -> u64 {
        self.known().requests
    }

    /// Returns how the last request failed, if it was made after `requests` had ended.
    pub(super) fn failure_since(&self, requests: u64) -> Option<TokenFailure> {
        let known = self.known();
        known.failure.filter(|_| known.requests > requests)
    }

    /// Keeps a token.
    pub(super) fn keep(&self, granted: &Granted, asked: Timestamp) -> AccessToken {
        let mut known = self.known();
        known.numbers += 1;
        known.requests += 1;
        known.failure = None;
        let token = AccessToken::new(granted, known.numbers, asked);
        known.token = Some(token.clone());
        token
    }

    /// Keeps a failure. A token that is still valid is used a little longer, unless the issuer
    /// refuses for good.
    pub(super) fn fail(&self, failure: TokenFailure, now: Timestamp) {
        let mut known = self.known();
        known.requests += 1;
        known.failure = Some(failure);
        match (&mut known.token, failure) {
            (token, TokenFailure::Refused(_)) => *token = None,
            (Some(token), _) => token.put_off(now),
            (None, _) => {}
        }
    }

    /// Drops a token that a server has refused, unless it was replaced meanwhile.
    pub(super) fn drop_token(&self, refused: &AccessToken) {
        let mut known = self.known();
        known.token.take_if(|token| token.number == refused.number);
    }

    /// Returns whether nothing here is worth keeping.
    pub(super) fn is_idle(&self, now: Timestamp) -> bool {
        self.token(now).is_none() && self.asking.try_lock().is_ok_and(|unstored| unstored.0.is_none())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing that could panic leaves it half changed while the lock is held.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
