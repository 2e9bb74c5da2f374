//! Purposes: what a code is for.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::domain::text::is_word;

/// The purpose of a code: a short word that is bound into the code's hash, so that a code minted
/// for one purpose never serves another.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Purpose(Cow<'static, str>);

/// The error for a text that is not a purpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("1 to 32 lower-case letters, digits and underscores, a letter first")]
pub struct InvalidPurpose;

impl Purpose {
    /// Signing in.
    pub const LOGIN: Self = Self(Cow::Borrowed("login"));
    /// Choosing a new password.
    pub const PASSWORD_RESET: Self = Self(Cow::Borrowed("password_reset"));
    /// Approving a transaction before it is executed.
    pub const TRANSACTION: Self = Self(Cow::Borrowed("transaction"));
    /// Confirming that a recipient is reachable: the purpose used by the compat routes.
    pub const VERIFICATION: Self = Self(Cow::Borrowed("verification"));

    /// The longest purpose, in characters.
    pub const MAX_LENGTH: usize = 32;

    /// The purposes that have built-in texts.
    pub const BUILT_IN: [Self; 4] =
        [Self::LOGIN, Self::VERIFICATION, Self::PASSWORD_RESET, Self::TRANSACTION];

    /// Parses a purpose: 1 to 32 lower-case letters, digits and underscores, starting with a letter.
    pub fn parse(word: &str) -> Option<Self> {
        is_word(word, Self::MAX_LENGTH).then(|| Self(Cow::Owned(word.to_owned())))
    }

    /// Returns the word itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Purpose {
    type Error = InvalidPurpose;

    fn try_from(word: String) -> Result<Self, InvalidPurpose> {
        Self::parse(&word).ok_or(InvalidPurpose)
    }
}

impl From<Purpose> for String {
    fn from(purpose: Purpose) -> Self {
        purpose.0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_are_short_lower_case_words() {
        assert_eq!(Purpose::parse("password_reset").unwrap().as_str(), "password_reset");
        for bad in ["", "Login", "9login", "log in", "a-b", &"a".repeat(33)] {
            assert!(Purpose::parse(bad).is_none(), "{bad:?}");
        }
    }
}
