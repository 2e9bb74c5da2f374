//! Access tokens, and how long they are used.

use std::time::Duration;

use secrecy::SecretString;

use crate::domain::time::Timestamp;

/// How long a token is used if the issuer does not say.
const UNSAID: Duration = Duration::from_secs(300);
/// The longest time for which a token is used, whatever the issuer says.
const LONGEST: Duration = Duration::from_secs(86_400);
/// How long an aging token is used after an attempt at replacing it has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// An access token. Its `Debug` does not show it.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The token.
    pub value: SecretString,
    /// Where this caller got it from.
    pub origin: TokenOrigin,
    /// Distinguishes the tokens of one login.
    pub(super) number: u64,
    /// When it should be replaced: after 80 % of its life.
    pub(super) renew_at: Timestamp,
    /// When it ends.
    pub(super) ends_at: Timestamp,
}

/// Where a caller got a token from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenOrigin {
    /// It was there, so it may have been revoked since.
    Kept,
    /// It was issued just now.
    Issued,
}

/// What an issuer has given.
#[derive(Clone, Debug)]
pub(super) struct Granted {
    pub(super) access_token: SecretString,
    pub(super) expires_in: Option<Duration>,
    pub(super) refresh_token: Option<SecretString>,
}

/// The age of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Age {
    /// It can be used.
    Fresh,
    /// It can be used, but should be replaced.
    Aging,
    /// It has ended.
    Over,
}

impl AccessToken {
    /// Creates the token that was asked for at `asked`: its life may have begun then.
    pub(super) fn new(granted: &Granted, number: u64, asked: Timestamp) -> Self {
        let life = granted.expires_in.unwrap_or(UNSAID).min(LONGEST);
        Self {
            value: granted.access_token.clone(),
            origin: TokenOrigin::Issued,
            number,
            renew_at: asked + life * 4 / 5,
            ends_at: asked + life,
        }
    }

    pub(super) fn age(&self, now: Timestamp) -> Age {
        match (now < self.renew_at, now < self.ends_at) {
            (_, false) => Age::Over,
            (true, true) => Age::Fresh,
            (false, true) => Age::Aging,
        }
    }

    /// Puts off the next attempt at replacing it.
    pub(super) fn put_off(&mut self, now: Timestamp) {
        self.renew_at = now + PATIENCE;
    }
}
