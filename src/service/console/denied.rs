//! Why the console does not let somebody in.

use crate::domain::limits::limit::LimitHit;
use crate::service::refusal::Refusal;
use crate::store::StoreError;

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
