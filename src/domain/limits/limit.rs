//! Limits: rules that refuse with 429, and the arithmetic behind them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

mod history;

pub use history::History;

/// Events counted in one window at most: eight bytes each, in every recipient's row.
pub const MAX_WINDOW: u32 = 50;

/// The longest window.
const LONGEST: Duration = Duration::from_secs(86_400);

/// Which rule refused. A closed set; each has a stable word and a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Limit {
    /// Registrations by one client address.
    RegisterPerAddress,
    /// Mints by one client address that is not an authenticated backend.
    MintPerAddress,
    /// Verifications by one client address that is not an authenticated backend.
    VerifyPerAddress,
    /// Secret keys that are not valid, from one client address.
    WrongKeysPerAddress,
    /// Mints by one tenant.
    MintPerTenant,
    /// Verifications of one tenant's challenges.
    VerifyPerTenant,
    /// Requests of one tenant that look after itself.
    ManagePerTenant,
    /// Messages to one recipient of one tenant.
    SendsPerRecipient,
    /// Messages of one challenge, one after the other.
    ResendCooldown,
    /// Wrong answers for one recipient of one tenant.
    FailuresPerRecipient,
    /// Wrong tries at signing in to the console, as one operator or from one client address.
    SignIns,
    /// Wrong answers in a row: the recipient stays locked out until the tenant clears it.
    RecipientLockout,
}

impl Limit {
    /// The stable word: `code` in JSON, a label in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RegisterPerAddress => "register_per_address",
            Self::MintPerAddress => "mint_per_address",
            Self::VerifyPerAddress => "verify_per_address",
            Self::WrongKeysPerAddress => "wrong_keys_per_address",
            Self::MintPerTenant => "mint_per_tenant",
            Self::VerifyPerTenant => "verify_per_tenant",
            Self::ManagePerTenant => "manage_per_tenant",
            Self::SendsPerRecipient => "sends_per_recipient",
            Self::ResendCooldown => "resend_cooldown",
            Self::FailuresPerRecipient => "failures_per_recipient",
            Self::SignIns => "sign_ins",
            Self::RecipientLockout => "recipient_lockout",
        }
    }

    /// What happened, for the caller.
    pub const fn message(self) -> &'static str {
        match self {
            Self::RegisterPerAddress => "Too many registrations from this address.",
            Self::MintPerAddress | Self::VerifyPerAddress => "Too many requests from this address.",
            Self::WrongKeysPerAddress => "Too many secret keys from this address were not valid.",
            Self::MintPerTenant => "This tenant is minting too fast.",
            Self::VerifyPerTenant => "Too many verifications for this tenant.",
            Self::ManagePerTenant => "This tenant is being looked after too fast.",
            Self::SendsPerRecipient => "Too many codes were sent to this recipient.",
            Self::ResendCooldown => "This code was sent a moment ago.",
            Self::FailuresPerRecipient => "Too many wrong codes for this recipient.",
            Self::SignIns => "Too many wrong tries at signing in.",
            Self::RecipientLockout => {
                "Too many wrong codes in a row: this recipient is locked out until the tenant clears it."
            }
        }
    }
}

/// A refusal by a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LimitHit {
    /// The rule.
    pub limit: Limit,
    /// How long until a request could pass.
    pub retry_after: Duration,
}

/// So many events in so much time: `3/10m` in the settings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    /// How many events.
    pub max: u32,
    /// In how much time.
    pub per: Duration,
}

/// A text that is no rate.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is not a rate such as \"20/1s\", \"30/1m\", \"5/1h\" or \"10/24h\"")]
pub struct InvalidRate(String);

impl FromStr for Rate {
    type Err = InvalidRate;

    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        let parse = || {
            let (max, per) = text.split_once('/')?;
            let unit = match per.trim().chars().last()? {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                _ => return None,
            };
            let per = per.trim();
            let count: u64 = per[..per.len() - 1].parse().ok()?;
            let rate =
                Self { max: max.trim().parse().ok()?, per: Duration::from_secs(count.checked_mul(unit)?) };
            (rate.max > 0 && (1..=LONGEST.as_secs()).contains(&rate.per.as_secs())).then_some(rate)
        };
        parse().ok_or_else(|| InvalidRate(text.to_owned()))
    }
}

impl TryFrom<String> for Rate {
    type Error = InvalidRate;

    fn try_from(text: String) -> Result<Self, InvalidRate> {
        text.parse()
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

/// The limits that are counted for each recipient of a tenant, durably.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecipientLimits {
    /// Messages, in several windows at once.
    pub sends: Vec<Rate>,
    /// Wrong answers, as the operator has it.
    pub failures: Rate,
    /// Wrong answers, as the tenant has it for the purpose at hand: this holds besides.
    pub own_failures: Option<Rate>,
    /// Wrong answers in a row that lock the recipient out.
    pub failures_in_a_row: u32,
}

impl RecipientLimits {
    /// The windows of wrong answers, all of which hold.
    pub fn failure_windows(&self) -> Vec<Rate> {
        [self.failures].into_iter().chain(self.own_failures).collect()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.per.as_secs() {
            hours if hours % 3600 == 0 => write!(f, "{}/{}h", self.max, hours / 3600),
            minutes if minutes % 60 == 0 => write!(f, "{}/{}m", self.max, minutes / 60),
            seconds => write!(f, "{}/{seconds}s", self.max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_written_alike() {
        for text in ["3/10m", "20/1s", "10/24h"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
        for bad in [
            "",
            "3",
            "3/",
            "0/1s",
            "3/0s",
            "3/10",
            "3/10d",
            "-1/1s",
            "3/25h",
            "x/1s",
            "3/ä",
            "1/18446744073709551615h",
        ] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
