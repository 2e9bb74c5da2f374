//! `[spray]`.

use serde::Deserialize;

/// `[spray]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spray {
    /// Whether what is counted is weighed.
    pub enabled: bool,
    /// Days in which guesses may be expected to open one account.
    pub days_per_account: u32,
    /// Of a hundred verified challenges, so many may go with a wrong answer that nothing explains.
    pub tolerated_percent: u32,
    /// Characters by which codes get longer.
    pub longer_by: u8,
    /// The attempts of a challenge.
    pub attempts: u8,
    /// The pause of a page, in seconds.
    pub pause_seconds: u16,
    /// Whether tenants are told, and nothing else is done.
    pub record_only: bool,
}
