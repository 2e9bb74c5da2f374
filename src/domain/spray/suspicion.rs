//! Suspicions: that somebody guesses at the codes of a tenant's recipients, and what is done about it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;

use super::answers::Answers;
use super::rules::{Measures, SprayRules};

/// How long a suspicion lasts that somebody has ordered.
const ORDERED: Duration = Duration::from_secs(86_400);

/// How certain it is. Without a suspicion, all is calm.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// More wrong answers than people explain.
    Suspicious,
    /// So many that accounts are in danger.
    UnderAttack,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 2] = [Self::Suspicious, Self::UnderAttack];

    /// The word for the absence of any suspicion.
    pub const CALM: &str = "calm";

    /// Returns the word used in JSON, logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspicious => "suspicious",
            Self::UnderAttack => "under_attack",
        }
    }
}

/// Who suspects.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The server, from what it has counted.
    Counted,
    /// The tenant or the operator has ordered it.
    Ordered,
}

/// A suspicion, as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Suspicion {
    /// How certain it is.
    pub level: Level,
    /// Who suspects.
    pub origin: Origin,
    /// When it reached this level.
    #[serde(with = "millis")]
    pub since: Timestamp,
    /// When it ends by itself.
    #[serde(with = "millis")]
    pub until: Timestamp,
    /// What is done.
    pub measures: Option<Measures>,
    /// What had been counted within 24 hours when it was last looked at.
    pub seen: Answers,
}

impl Suspicion {
    /// Returns the suspicion that somebody orders now.
    pub fn ordered(rules: &SprayRules, now: Timestamp) -> Self {
        let (level, origin) = (Level::UnderAttack, Origin::Ordered);
        let measures = rules.taken();
        Self { level, origin, since: now, until: now + ORDERED, measures, seen: Answers::default() }
    }

    /// Returns whether it has not ended.
    pub fn lasts(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// Returns what is done now, for devices that the tenant does not vouch for.
    pub fn taken(&self, now: Timestamp) -> Option<Measures> {
        self.measures.filter(|_| self.lasts(now))
    }
}

#[derive(Serialize)]
struct Snapshot {
    level: &'static str,
    opened: i64,
    verified: i64,
    exhausted: i64,
    wrong: i64,
    explained: i64,
    recipients: i64,
    expected_accounts: f64,
    acts: bool,
}

/// Serialises what a tenant is told, to be stored with its event.
pub fn snapshot(suspicion: &Suspicion) -> String {
    let Answers { opened, verified, exhausted, wrong, explained, recipients, luck, .. } = suspicion.seen;
    let snapshot = Snapshot {
        level: suspicion.level.as_str(),
        opened,
        verified,
        exhausted,
        wrong,
        explained,
        recipients,
        expected_accounts: luck.accounts(),
        acts: suspicion.measures.is_some(),
    };
    // Texts and numbers always serialise.
    serde_json::to_string(&snapshot).unwrap_or_default()
}

/// Moments as they are stored: milliseconds.
mod millis {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::domain::time::Timestamp;

    pub fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(moment.as_millis())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        i64::deserialize(deserializer).map(Timestamp::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::super::luck::Luck;
    use super::super::rules::tests::rules;
    use super::*;

    #[test]
    fn a_suspicion_is_stored_as_it_is_and_tells_numbers_alone() {
        let seen =
            Answers { wrong: 12_000, recipients: 2_400, luck: Luck(12_000_000_000), ..Answers::default() };
        let suspicion = Suspicion {
            level: Level::UnderAttack,
            origin: Origin::Counted,
            since: Timestamp::from_millis(5),
            until: Timestamp::from_millis(9),
            measures: rules().taken(),
            seen,
        };
        let stored = serde_json::to_string(&suspicion).unwrap();
        assert_eq!(serde_json::from_str::<Suspicion>(&stored).unwrap(), suspicion);
        assert_eq!(suspicion.taken(Timestamp::from_millis(8)), rules().taken());
        assert_eq!(suspicion.taken(Timestamp::from_millis(9)), None);
        assert_eq!(
            snapshot(&suspicion),
            r#"{"level":"under_attack","opened":0,"verified":0,"exhausted":0,"wrong":12000,"explained":0,"recipients":2400,"expected_accounts":0.012,"acts":true}"#
        );
    }
}
