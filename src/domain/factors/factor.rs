//! A factor, as it is stored.

use std::time::Duration;

use crate::domain::handle::handle;
use crate::domain::id::TenantId;
use crate::domain::secret::Sealed;
use crate::domain::time::Timestamp;

use super::guard::Guard;
use super::shape::TotpShape;

/// The maximum number of factors of one identity, unconfirmed ones included. A tenant has as many users as it has;
/// how fast it adds factors is limited like its mints.
pub const MAX_OF_IDENTITY: usize = 5;
/// The number of recovery codes of one factor.
pub const RECOVERY_CODES: usize = 10;
/// How long a factor waits for its first right code before it is deleted.
pub const UNCONFIRMED_FOR: Duration = Duration::from_secs(86_400);

/// How long the page on which a user sets up an app is shown, and its result can be fetched.
pub const PAGE_LIFETIME: Duration = Duration::from_secs(900);

/// A factor's row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FactorId(pub i64);

/// The row of a recovery code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RecoveryCodeId(pub i64);

handle!(
    /// The public name of a factor: `fct_` and 16 letters and digits. Not a secret.
    FactorHandle, "fct_"
);

/// An authenticator app that holds the same secret as this server.
#[derive(Clone, Debug)]
pub struct Factor {
    /// The row.
    pub id: FactorId,
    /// The public name.
    pub handle: FactorHandle,
    /// The tenant.
    pub tenant: TenantId,
    /// How its codes are made.
    pub shape: TotpShape,
    /// Its secret and the identity that it belongs to, sealed.
    pub secret: Sealed,
    /// When it was added.
    pub created_at: Timestamp,
    /// When its first right code came; `None` until then.
    pub confirmed_at: Option<Timestamp>,
    /// When a code was last accepted.
    pub used_at: Option<Timestamp>,
    /// The last step whose code was accepted.
    pub last_step: i64,
    /// The wrong codes in a row, and the pause after too many of them.
    pub guard: Guard,
    /// Number of recovery codes that are left.
    pub recovery_codes: i64,
    /// Grows when it is confirmed, and when its recovery codes are replaced.
    pub revision: i64,
}

impl Factor {
    /// Returns the status.
    pub const fn status(&self) -> FactorStatus {
        match self.confirmed_at {
            Some(_) => FactorStatus::Active,
            None => FactorStatus::Unconfirmed,
        }
    }
}

/// The status of a factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactorStatus {
    /// Added, but no right code has come yet.
    Unconfirmed,
    /// Its codes are accepted.
    Active,
}

impl FactorStatus {
    /// Returns the word used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::Active => "active",
        }
    }
}

/// What made a right code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactorChannel {
    /// The app.
    Totp,
    /// The list of recovery codes.
    Recovery,
}

impl FactorChannel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Totp, Self::Recovery];

    /// Returns the word used in JSON, in receipts and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Recovery => "recovery",
        }
    }

    /// Returns the channel that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.as_str() == word)
    }
}

/// What proved a right answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactorProof {
    /// The code of this step of the app.
    Step(i64),
    /// This recovery code, which is spent now.
    Recovery(RecoveryCodeId),
}

impl FactorProof {
    /// Returns what made the code.
    pub const fn channel(self) -> FactorChannel {
        match self {
            Self::Step(_) => FactorChannel::Totp,
            Self::Recovery(_) => FactorChannel::Recovery,
        }
    }
}
