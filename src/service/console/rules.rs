//! The settings of the console.

use std::time::Duration;

use super::sign_in_tries::SignInLimits;

/// The settings of the console.
#[derive(Clone, Copy, Debug)]
pub struct ConsoleRules {
    /// How long a session lasts without a request.
    pub idle: Duration,
    /// How long a session lasts in any case.
    pub lifetime: Duration,
    /// The limits on sign-in tries.
    pub sign_in_tries: SignInLimits,
}
