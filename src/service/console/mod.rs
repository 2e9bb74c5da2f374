//! The console: how operators and tenants sign in to it, and who does what in it.

mod account;
mod confirming;
mod desk;
mod seats;
mod secrets;
mod sessions;
mod setting_up;
mod tries;

use std::time::Duration;

use crate::domain::limits::limit::LimitHit;
use crate::store::StoreError;

use super::Refusal;

pub(super) use desk::Desk;
pub use secrets::TotpOffer;
pub use sessions::{OwnSession, Signed, SignedIn};
pub use setting_up::SetupLink;
pub use tries::SignInLimits;

/// How the console is set up.
#[derive(Clone, Copy, Debug)]
pub struct ConsoleRules {
    /// After how long without a request a session ends.
    pub idle: Duration,
    /// After how long a session ends whatever happens.
    pub lifetime: Duration,
    /// How often it may be tried to sign in.
    pub tries: SignInLimits,
}

/// Why somebody is not let in, or what was typed cannot be taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Denied {
    /// The name, the password, the code or the key is not right. It does not say which.
    Wrong,
    /// The setup link was used, or its time is over, or it never was one.
    NoLink,
    /// A name that an operator cannot have.
    Name,
    /// A password that is too short or easy to guess.
    WeakPassword,
    /// The code is not that of the authenticator app.
    WrongCode,
    /// Too many wrong tries.
    Limited(LimitHit),
    /// Anything else.
    Refused(Refusal),
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Limited(hit) => Self::Limited(hit),
            refusal => Self::Refused(refusal),
        }
    }
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}
