//! The settings of the console.

use std::time::Duration;

use crate::domain::limits::rate::Rate;
use crate::domain::operator::Roles;

/// The settings of the console.
#[derive(Clone, Copy, Debug)]
pub struct ConsoleRules {
    /// How long a session lasts without a request.
    pub idle: Duration,
    /// How long a session lasts in any case.
    pub lifetime: Duration,
    /// The limits on sign-in tries.
    pub sign_in_tries: SignInLimits,
    /// The roles that need an authenticator app.
    pub require_totp: Roles,
}

/// The limits on wrong tries.
#[derive(Clone, Copy, Debug)]
pub struct SignInLimits {
    /// Per operator name, whether or not it exists; also per device and per session.
    pub per_account: Rate,
    /// Per client address.
    pub per_address: Rate,
    /// Wrong codes of an authenticator app in a row, with the right password, after which an account is locked.
    pub codes_in_a_row: u32,
}
