//! Operator tokens: what proves an operator over HTTP.

use std::fmt;

use crate::domain::operator::Role;
use crate::domain::time::Timestamp;

/// The maximum length of a token's name, in bytes.
pub const MAX_TOKEN_NAME: usize = 32;

/// The maximum number of named tokens, those that have expired included.
pub const MAX_TOKENS: usize = 100;

/// The name of the token that the settings or `operator.token` have: an owner's.
const DEFAULT: &str = "default";

/// The name of a token, which is not secret: lower-case letters, digits and `.`, `_`, `-`. It appears in the audit
/// trail.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TokenName(String);

impl TokenName {
    /// Parses a name; upper-case letters are converted to lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim().to_ascii_lowercase();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        ((1..=MAX_TOKEN_NAME).contains(&name.len()) && name.chars().all(is_plain)).then_some(Self(name))
    }

    /// Returns the name of the token that the settings or its file have.
    pub fn of_settings() -> Self {
        Self(DEFAULT.to_owned())
    }

    /// Returns whether this is that name.
    pub fn is_of_settings(&self) -> bool {
        self.0 == DEFAULT
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The public facts about a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenInfo {
    /// The name.
    pub name: TokenName,
    /// What its holder may do.
    pub role: Role,
    /// The last four characters.
    pub hint: String,
    /// When it was made, or last replaced.
    pub created_at: Timestamp,
    /// When it expires; `None` for one that does not.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
}

impl TokenInfo {
    /// Returns whether it proves nothing any more.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_and_knows_no_capitals() {
        assert_eq!(TokenName::parse(" Deploy-2.ci ").unwrap().as_str(), "deploy-2.ci");
        for bad in ["", " ", "a b", "a:b", "a@b", "ä", "a\nb", &"a".repeat(33)] {
            assert!(TokenName::parse(bad).is_none(), "{bad:?}");
        }
        assert!(TokenName::parse("Default").unwrap().is_of_settings());
    }
}
