//! Identities: whom a tenant's factors belong to.

use std::fmt;

use crate::domain::text::ends_line;

/// The longest identity, in characters.
pub const MAX_IDENTITY: usize = 128;

/// A tenant's name for one of its users. It may be a mail address, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(String);

impl Identity {
    /// Parses an identity: 1 to 128 printable characters.
    pub fn parse(text: &str) -> Option<Self> {
        is_label(text, MAX_IDENTITY).then(|| Self(text.to_owned()))
    }

    /// Returns the identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

/// Returns whether a text is one line of 1 to `most` printable characters, and not only white space.
pub fn is_label(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.contains(ends_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_short_printable_and_not_printed() {
        for good in ["u", "user-17", "jane@example.com", "Zoë: 7", &"ü".repeat(128)] {
            assert_eq!(Identity::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", "a\nb", "a\0", "a\u{2028}b", &"a".repeat(129)] {
            assert_eq!(Identity::parse(bad), None, "{bad:?}");
        }
        assert_eq!(format!("{:?}", Identity::parse("jane").unwrap()), "Identity(…)");
    }
}
