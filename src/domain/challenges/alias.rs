//! Aliases: a caller's own names for challenges.

use std::fmt;

use crate::domain::text::ends_line;

/// The shortest alias, in bytes.
pub const MIN_ALIAS: usize = 6;

/// The longest alias, in bytes.
pub const MAX_ALIAS: usize = 200;

/// A tenant's own name for a challenge. It may be a mail address or a number of an order, so it is not
/// printed, and the store has only its keyed hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Alias(String);

/// The error for a text that is not an alias.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidAlias {
    /// It is too short.
    #[error("at least {MIN_ALIAS} bytes")]
    Short,
    /// It is too long, or has characters that cannot be printed.
    #[error("at most {MAX_ALIAS} bytes, on one line")]
    Text,
}

impl Alias {
    /// Parses an alias: 6 to 200 bytes of printable text.
    pub fn parse(text: &str) -> Result<Self, InvalidAlias> {
        match text.len() {
            ..MIN_ALIAS => Err(InvalidAlias::Short),
            MIN_ALIAS..=MAX_ALIAS if !text.contains(ends_line) => Ok(Self(text.to_owned())),
            _ => Err(InvalidAlias::Text),
        }
    }

    /// Returns the alias as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alias(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_is_short_printable_and_not_printed() {
        for good in ["abcdef", "jane@example.com", "order 17", "ééé", &"a".repeat(200)] {
            assert_eq!(Alias::parse(good).unwrap().as_str(), good);
        }
        for short in ["", "abcde", "éé"] {
            assert_eq!(Alias::parse(short), Err(InvalidAlias::Short), "{short:?}");
        }
        for bad in ["abc\0def", "abcdef\n", "abc\u{2028}def", &"a".repeat(201)] {
            assert_eq!(Alias::parse(bad), Err(InvalidAlias::Text), "{bad:?}");
        }
        assert_eq!(format!("{:?}", Alias::parse("abcdef").unwrap()), "Alias(…)");
    }
}
