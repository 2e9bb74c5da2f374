//! Rates: a number of events in a period.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The maximum number of events in one window: each takes eight bytes in every recipient's row.
pub const MAX_WINDOW: u32 = 50;

/// The longest window.
pub(super) const LONGEST: Duration = Duration::from_secs(86_400);

/// A number of events in a period, written `3/10m` in the settings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rate {
    /// The maximum number of events.
    pub max: u32,
    /// The period.
    pub per: Duration,
}

/// The error for a text that is not a rate.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is not a rate such as \"20/1s\", \"30/1m\", \"5/1h\" or \"10/24h\"")]
pub struct InvalidRate(String);

impl Rate {
    /// Returns the time in which one event's worth refills, at least a nanosecond.
    pub fn period(self) -> Duration {
        let nanos = self.per.as_nanos() / u128::from(self.max.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX).max(1))
    }

    /// Returns the part of this rate that each of `nodes` takes, so that all of them together stay
    /// within it. Nobody gets less than one event: where there are fewer events than nodes, the
    /// period grows instead.
    pub fn share(self, nodes: u32) -> Self {
        // On the path of every request, and nearly always so.
        if nodes <= 1 {
            return self;
        }
        let max = (self.max / nodes).max(1);
        let nanos = self.per.as_nanos() * u128::from(nodes) * u128::from(max) / u128::from(self.max.max(1));
        Self { max, per: Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)) }
    }
}

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
    fn the_shares_of_all_nodes_make_up_the_rate_and_nobody_gets_nothing() {
        for (text, nodes) in [("20/1s", 1), ("20/1s", 4), ("20/1s", 3), ("5/1h", 10), ("1/24h", 1_000)] {
            let rate: Rate = text.parse().unwrap();
            let share = rate.share(nodes);
            assert!(share.max >= 1 && share.max <= (rate.max / nodes).max(1), "{text} {nodes}");
            let in_all = f64::from(share.max * nodes) / share.per.as_secs_f64();
            let allowed = f64::from(rate.max) / rate.per.as_secs_f64();
            assert!((in_all / allowed - 1.0).abs() < 1e-6, "{text} {nodes}: {in_all} {allowed}");
        }
        let rate: Rate = "20/1s".parse().unwrap();
        assert_eq!((rate.share(0), rate.share(1)), (rate, rate));
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
}
