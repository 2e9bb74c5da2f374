//! Named limits: what a tenant counts its mints by, such as the device or the session that asks for a code.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::limits::rate::Rate;
use crate::domain::text::is_word;

/// The maximum number of named limits of a policy.
pub const MAX_LIMITS: usize = 16;

/// The maximum number of subjects that one mint is counted for.
pub const MAX_SUBJECTS: usize = 4;

/// The maximum length of a subject, in bytes.
pub const MAX_SUBJECT: usize = 200;

/// The name of a limit: a short lower-case word, such as `device`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LimitName(String);

/// The error for a text that is not a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a limit's name has 1 to 32 lower-case letters, digits and underscores, a letter first")]
pub struct InvalidLimitName;

impl LimitName {
    /// The longest name, in characters.
    pub const MAX_LENGTH: usize = 32;

    /// Returns the word itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LimitName {
    type Error = InvalidLimitName;

    fn try_from(word: String) -> Result<Self, InvalidLimitName> {
        if is_word(&word, Self::MAX_LENGTH) { Ok(Self(word)) } else { Err(InvalidLimitName) }
    }
}

impl From<LimitName> for String {
    fn from(name: LimitName) -> Self {
        name.0
    }
}

/// Named limits, each with its windows; all of them apply.
pub type NamedLimits = BTreeMap<LimitName, Vec<Rate>>;

/// What one mint is counted for, by the limit's name. They may be identities of people or devices, so they are not
/// shown, and the store has only their keyed hashes.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Subjects(BTreeMap<LimitName, String>);

/// The error for subjects that are refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidSubjects {
    /// There are too many.
    #[error("at most {MAX_SUBJECTS} limits for one mint")]
    TooMany,
    /// A name is not a valid one.
    #[error(transparent)]
    Name(#[from] InvalidLimitName),
    /// A subject is empty or too long.
    #[error("1 to {MAX_SUBJECT} bytes")]
    Length(LimitName),
}

impl Subjects {
    /// Checks names, subjects and their number.
    pub fn new(entries: BTreeMap<String, String>) -> Result<Self, InvalidSubjects> {
        if entries.len() > MAX_SUBJECTS {
            return Err(InvalidSubjects::TooMany);
        }
        let one = |(name, subject): (String, String)| {
            let name = LimitName::try_from(name)?;
            match subject.len() {
                1..=MAX_SUBJECT => Ok((name, subject)),
                _ => Err(InvalidSubjects::Length(name)),
            }
        };
        entries.into_iter().map(one).collect::<Result<_, _>>().map(Self)
    }

    /// Iterates over limits and subjects, ordered by the name.
    pub fn iter(&self) -> impl Iterator<Item = (&LimitName, &str)> {
        self.0.iter().map(|(name, subject)| (name, subject.as_str()))
    }
}

impl fmt::Debug for Subjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subjects(entries: &[(&str, &str)]) -> Result<Subjects, InvalidSubjects> {
        let owned = |(name, subject): &(&str, &str)| ((*name).to_owned(), (*subject).to_owned());
        Subjects::new(entries.iter().map(owned).collect())
    }

    #[test]
    fn subjects_are_few_short_and_not_shown() {
        let two = subjects(&[("device", "d-1"), ("session_2", "s")]).unwrap();
        assert_eq!(format!("{two:?}"), "{LimitName(\"device\"), LimitName(\"session_2\")}");
        assert_eq!(subjects(&[("Device", "d")]), Err(InvalidSubjects::Name(InvalidLimitName)));
        assert_eq!(subjects(&[("device", "")]), Err(InvalidSubjects::Length(LimitName("device".to_owned()))));
        assert!(subjects(&[("device", &"d".repeat(MAX_SUBJECT + 1))]).is_err());
        let five = [("a", "x"), ("b", "x"), ("c", "x"), ("d", "x"), ("e", "x")];
        assert_eq!((subjects(&five), subjects(&five[1..]).is_ok()), (Err(InvalidSubjects::TooMany), true));
    }
}
