//! How the console is set up.

use std::time::Duration;

use super::tries::SignInLimits;

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
