//! Variables that a tenant passes for one message, for use in its templates.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::challenges::details::{MAX_ENTRIES, MAX_ENTRY_NAME, MAX_VALUE};
use crate::domain::text::{ends_line, is_word};

/// Texts by name, for one message. They are sealed and erased with the message and never logged,
/// because they may reveal who does what.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Vars(BTreeMap<String, String>);

/// The error for variables that are refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidVars {
    /// There are too many entries.
    #[error("may have {MAX_ENTRIES} entries")]
    TooMany,
    /// A name is not a valid one.
    #[error("names have 1 to {MAX_ENTRY_NAME} lower-case letters, digits and underscores, a letter first")]
    Name,
    /// A value has characters that may not appear in a message, or is too long.
    #[error("values have at most {MAX_VALUE} bytes and no control characters, line breaks included")]
    Value,
}

impl Vars {
    /// Creates variables, checking names, values and their number.
    pub fn new(entries: BTreeMap<String, String>) -> Result<Self, InvalidVars> {
        if entries.len() > MAX_ENTRIES {
            return Err(InvalidVars::TooMany);
        }
        if !entries.keys().all(|name| is_name(name)) {
            return Err(InvalidVars::Name);
        }
        let fits = |value: &String| value.len() <= MAX_VALUE && !value.chars().any(ends_line);
        if entries.values().all(fits) { Ok(Self(entries)) } else { Err(InvalidVars::Value) }
    }

    /// Returns the value of this name; an empty text if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Iterates over names and values, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Returns whether `name` is a valid name: a lower-case word, as templates write it.
pub fn is_name(name: &str) -> bool {
    is_word(name, MAX_ENTRY_NAME)
}

impl fmt::Debug for Vars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vars({} entries)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars(name: &str, value: &str) -> Result<Vars, InvalidVars> {
        Vars::new([(name.to_owned(), value.to_owned())].into())
    }

    #[test]
    fn entries_are_few_short_and_of_one_line() {
        assert_eq!(vars("amount", "12 €").unwrap().get("amount"), "12 €");
        assert_eq!(vars("a", &"x".repeat(500)).unwrap().get("b"), "");
        for bad in ["", "A", "1a", "a-b", "a.b", "__class__", "ä", &"a".repeat(41)] {
            assert_eq!(vars(bad, ""), Err(InvalidVars::Name), "{bad:?}");
        }
        for bad in ["a\r\nBcc: x@y.example", "\0", "\u{1b}[2J", "\u{85}", "\u{2028}", &"x".repeat(501)] {
            assert_eq!(vars("a", bad), Err(InvalidVars::Value), "{bad:?}");
        }
        let many = (0..21).map(|at| (format!("a{at}"), String::new())).collect();
        assert_eq!(Vars::new(many), Err(InvalidVars::TooMany));
    }

    #[test]
    fn what_they_say_is_not_shown() {
        assert_eq!(format!("{:?}", vars("name", "Jane Doe").unwrap()), "Vars(1 entries)");
    }
}
