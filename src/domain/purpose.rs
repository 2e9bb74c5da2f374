//! What a code is for.

use std::borrow::Cow;

/// What a code is for: a short word that is bound into the code's hash, so that a code minted for
/// one purpose never serves another.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Purpose(Cow<'static, str>);

impl Purpose {
    /// Confirming that a recipient is reachable: the purpose of the compat routes.
    pub const VERIFICATION: Self = Self(Cow::Borrowed("verification"));

    /// A purpose of 1 to 32 lower-case letters, digits and underscores, starting with a letter.
    pub fn parse(word: &str) -> Option<Self> {
        let shape = (1..=32).contains(&word.len())
            && word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        shape.then(|| Self(Cow::Owned(word.to_owned())))
    }

    /// The word itself.
    pub fn as_str(&self) -> &str {
        &self.0
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
