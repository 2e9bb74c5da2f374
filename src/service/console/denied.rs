//! Errors of the console.

use crate::domain::limits::limit::LimitHit;
use crate::domain::passwords::PasswordFlaw;
use crate::service::refusal::Refusal;
use crate::store::{AccountOutcome, StoreError};

/// The reason for which somebody is not let in, or an input is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Denied {
    /// The name, the password, the code or the key is wrong. It does not say which.
    Wrong,
    /// The first step of signing in was too long ago, or its secrets have changed since.
    SignInTimedOut,
    /// The setup link was used, has expired, or never existed.
    NoLink,
    /// The name is not a valid operator name.
    Name,
    /// The new password has this flaw.
    WeakPassword(PasswordFlaw),
    /// The present password has this flaw without a code of an authenticator app besides.
    NeedsApp(PasswordFlaw),
    /// The code is not one of the authenticator app.
    WrongCode,
    /// The role of the operator requires an authenticator app.
    TotpRequired,
    /// There is no such operator.
    NoOperator,
    /// The operator of this name has another role than the link.
    OtherRole,
    /// Without this operator there would be no owner.
    LastOwner,
    /// The operator may not do this, or not do it to the own account.
    NotAllowed,
    /// There were too many failed tries.
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

/// Returns an error unless the change was made.
pub(super) fn done(outcome: AccountOutcome) -> Result<(), Denied> {
    match outcome {
        AccountOutcome::Done => Ok(()),
        AccountOutcome::Unknown => Err(Denied::NoOperator),
        AccountOutcome::LastOwner => Err(Denied::LastOwner),
        AccountOutcome::OtherRole => Err(Denied::OtherRole),
        AccountOutcome::NotAllowed => Err(Denied::NotAllowed),
    }
}
