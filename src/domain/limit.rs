//! Limits: rules that refuse with 429, and the arithmetic behind them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::time::Timestamp;

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
    /// Messages to one recipient of one tenant.
    SendsPerRecipient,
    /// Messages of one challenge, one after the other.
    ResendCooldown,
    /// Wrong answers for one recipient of one tenant.
    FailuresPerRecipient,
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
            Self::SendsPerRecipient => "sends_per_recipient",
            Self::ResendCooldown => "resend_cooldown",
            Self::FailuresPerRecipient => "failures_per_recipient",
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
            Self::SendsPerRecipient => "Too many codes were sent to this recipient.",
            Self::ResendCooldown => "This code was sent a moment ago.",
            Self::FailuresPerRecipient => "Too many wrong codes for this recipient.",
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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
            (rate.max > 0 && (1..=86_400).contains(&rate.per.as_secs())).then_some(rate)
        };
        parse().ok_or_else(|| InvalidRate(text.to_owned()))
    }
}

/// The limits that are counted for each recipient of a tenant, durably.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecipientLimits {
    /// Messages, in several windows at once.
    pub sends: Vec<Rate>,
    /// Wrong answers.
    pub failures: Rate,
    /// Wrong answers in a row that lock the recipient out.
    pub failures_in_a_row: u32,
}

/// The moments at which something happened, oldest first: an exact sliding window, since only the
/// last few are ever needed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History(Vec<Timestamp>);

impl History {
    /// How long from `now` until one more event would keep within `rates`; `None` for at once.
    pub fn wait(&self, rates: &[Rate], now: Timestamp) -> Option<Duration> {
        rates.iter().filter_map(|rate| self.wait_one(*rate, now)).max()
    }

    fn wait_one(&self, rate: Rate, now: Timestamp) -> Option<Duration> {
        // What is further ahead than the window was counted by a clock that has been set right
        // since. Believing it would refuse the recipient until then, be it for years.
        let believable = self.0.partition_point(|moment| *moment <= now + rate.per);
        let position = believable.checked_sub(rate.max as usize)?;
        let free_at = self.0[position] + rate.per;
        (free_at > now).then(|| free_at.since(now))
    }

    /// Adds an event at `now` and forgets those that no window of `rates` reaches any more.
    pub fn record(&mut self, rates: &[Rate], now: Timestamp) {
        self.0.push(now);
        // A clock that stepped back a little makes the new one not the last.
        self.0.sort_unstable();
        let keep = rates.iter().map(|rate| rate.max as usize).max().unwrap_or(0);
        let span = rates.iter().map(|rate| rate.per).max().unwrap_or_default();
        self.0.retain(|moment| *moment + span > now && *moment <= now + span);
        let surplus = self.0.len().saturating_sub(keep);
        self.0.drain(..surplus);
    }

    /// Takes back the event of this moment, or the latest one when there is none.
    pub fn forget(&mut self, moment: Timestamp) {
        match self.0.binary_search(&moment) {
            Ok(position) => {
                self.0.remove(position);
            }
            Err(_) => {
                self.0.pop();
            }
        }
    }

    /// Adds the events of another history of the same thing.
    pub fn merge(&mut self, other: &Self) {
        self.0.extend(&other.0);
        self.0.sort_unstable();
    }

    /// The latest event.
    pub fn latest(&self) -> Option<Timestamp> {
        self.0.last().copied()
    }

    /// As a column: eight bytes an event.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|moment| moment.as_millis().to_be_bytes()).collect()
    }

    /// From a column; a torn tail is dropped.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (moments, _) = bytes.as_chunks::<8>();
        Self(moments.iter().map(|raw| Timestamp::from_millis(i64::from_be_bytes(*raw))).collect())
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

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn rates() -> Vec<Rate> {
        ["3/10m", "5/1h"].iter().map(|text| text.parse().unwrap()).collect()
    }

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

    #[test]
    fn a_window_slides_and_the_strictest_one_decides() {
        let mut sends = History::default();
        for second in [0, 10, 20] {
            assert_eq!(sends.wait(&rates(), at(second)), None);
            sends.record(&rates(), at(second));
        }
        assert_eq!(sends.wait(&rates(), at(30)), Some(Duration::from_secs(570)));
        assert_eq!(sends.wait(&rates(), at(600)), None);
        sends.record(&rates(), at(600));
        sends.record(&rates(), at(610));
        assert_eq!(sends.wait(&rates(), at(1300)), Some(Duration::from_secs(2300)));
        assert_eq!(sends.wait(&rates(), at(3600)), None);
    }

    #[test]
    fn moments_that_a_wrong_clock_counted_are_not_believed() {
        let mut sends = History::default();
        for _ in 0..5 {
            sends.record(&rates(), at(1_000_000));
        }
        assert_eq!(sends.wait(&rates(), at(0)), None);
        sends.record(&rates(), at(0));
        assert_eq!(sends.latest(), Some(at(0)));
    }

    #[test]
    fn the_event_of_a_moment_is_taken_back() {
        let mut sends = History::default();
        for second in [1, 2, 3] {
            sends.record(&rates(), at(second));
        }
        sends.forget(at(2));
        sends.forget(at(99));
        assert_eq!(sends, History(vec![at(1)]));
    }

    #[test]
    fn a_history_stays_short_and_survives_its_column() {
        let mut sends = History::default();
        for second in 0..100 {
            sends.record(&rates(), at(second * 1000));
        }
        assert!(sends.to_bytes().len() <= 5 * 8);
        assert_eq!(History::from_bytes(&sends.to_bytes()), sends);
        assert_eq!(History::from_bytes(&[1, 2, 3]), History::default());
    }
}
