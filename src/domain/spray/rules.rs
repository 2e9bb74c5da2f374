//! The rules of a tenant: the operator's, with its own.

use serde::{Deserialize, Serialize};

use crate::domain::challenges::code::MAX_LENGTH;

use super::luck::Luck;

/// The bounds of what may be set.
pub mod bounds {
    use std::ops::RangeInclusive;

    /// Days in which guesses may open one account.
    pub const DAYS: RangeInclusive<u32> = 10..=10_000;
    /// Characters by which codes get longer.
    pub const LONGER_BY: RangeInclusive<u8> = 0..=4;
    /// Attempts of a challenge.
    pub const ATTEMPTS: RangeInclusive<u8> = 1..=10;
    /// The pause of a page, in seconds.
    pub const PAUSE: RangeInclusive<u16> = 0..=60;
}

/// What is done while a tenant is under attack, for devices that it does not vouch for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Measures {
    /// Characters by which new codes are longer.
    pub longer_by: u8,
    /// The most answers to a challenge that are evaluated.
    pub attempts: u8,
    /// How long a hosted page has to be open before its answer is evaluated, in seconds.
    pub pause_seconds: u16,
}

impl Measures {
    /// Returns the length of a code that would have `length` characters.
    pub fn lengthened(self, length: usize) -> usize {
        (length + usize::from(self.longer_by)).min(MAX_LENGTH.max(length))
    }
}

/// Whether anything is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reaction {
    /// The measures are taken.
    Acts,
    /// The tenant is told, and nothing else.
    RecordsOnly,
}

/// When a tenant is under attack, and what is done then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SprayRules {
    /// The luck within a day beyond which the tenant is under attack.
    pub budget: Luck,
    /// How many of a hundred verified challenges may go with one wrong answer that nothing else explains.
    pub tolerated_percent: u32,
    /// What is done.
    pub measures: Measures,
    /// Whether it is done.
    pub reaction: Reaction,
}

/// A tenant's own settings; the operator's apply where nothing is set.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SpraySettings {
    /// Days in which guesses may open one account; not fewer than the operator's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_per_account: Option<u32>,
    /// Characters by which codes get longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longer_by: Option<u8>,
    /// The attempts of a challenge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u8>,
    /// The pause of a page, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<u16>,
    /// Whether the tenant is only told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_only: Option<bool>,
}

impl SpraySettings {
    /// Returns whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl SprayRules {
    /// Returns these rules with a tenant's own. The tenant decides what is done, since its forms have to take the
    /// codes; it may be under attack earlier than others, and not later.
    #[must_use]
    pub fn with(self, own: &SpraySettings) -> Self {
        let Measures { longer_by, attempts, pause_seconds } = self.measures;
        let reaction = |record_only| if record_only { Reaction::RecordsOnly } else { Reaction::Acts };
        Self {
            budget: own.days_per_account.map_or(self.budget, |days| Luck::of_days(days).min(self.budget)),
            tolerated_percent: self.tolerated_percent,
            measures: Measures {
                longer_by: own.longer_by.unwrap_or(longer_by),
                attempts: own.attempts.unwrap_or(attempts),
                pause_seconds: own.pause.unwrap_or(pause_seconds),
            },
            reaction: own.record_only.map_or(self.reaction, reaction),
        }
    }

    /// Returns what is done under attack, if anything.
    pub fn taken(&self) -> Option<Measures> {
        (self.reaction == Reaction::Acts).then_some(self.measures)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn rules() -> SprayRules {
        SprayRules {
            budget: Luck::of_days(100),
            tolerated_percent: 10,
            measures: Measures { longer_by: 2, attempts: 2, pause_seconds: 10 },
            reaction: Reaction::Acts,
        }
    }

    #[test]
    fn a_tenant_chooses_what_is_done_and_tightens_when() {
        let own = SpraySettings { longer_by: Some(0), attempts: Some(1), ..SpraySettings::default() };
        let with = rules().with(&own);
        assert_eq!(with.taken(), Some(Measures { longer_by: 0, attempts: 1, pause_seconds: 10 }));
        let days = |days| SpraySettings { days_per_account: Some(days), ..SpraySettings::default() };
        assert_eq!(rules().with(&days(10)).budget, rules().budget, "not later than others");
        assert_eq!(rules().with(&days(1_000)).budget, Luck::of_days(1_000));
        let record = SpraySettings { record_only: Some(true), ..SpraySettings::default() };
        assert_eq!(rules().with(&record).taken(), None);
        assert!(SpraySettings::default().is_empty() && rules().with(&SpraySettings::default()) == rules());
    }
}
