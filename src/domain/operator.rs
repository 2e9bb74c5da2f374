//! Operators: the people who sign in to the console.

use std::fmt;

use crate::domain::id::TenantId;
use crate::domain::tenants::credential::KeyHandle;

/// The maximum length of an operator's name, in bytes.
pub const MAX_OPERATOR_NAME: usize = 64;

/// The minimum length of an operator's password, in characters.
pub const MIN_PASSWORD: usize = 12;

/// The maximum length of an operator's password, in bytes.
pub const MAX_PASSWORD: usize = 256;

/// An operator's row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OperatorId(pub i64);

/// The name that an operator signs in with: lower-case letters, digits and `.`, `_`, `-`, `@`, `+`.
/// It appears in the audit trail.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct OperatorName(String);

impl OperatorName {
    /// Parses a name; upper-case letters are converted to lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim().to_ascii_lowercase();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_@+".contains(c);
        ((1..=MAX_OPERATOR_NAME).contains(&name.len()) && name.chars().all(is_plain)).then_some(Self(name))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OperatorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A signed-in user of the console.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConsoleUser {
    /// An operator.
    Operator(OperatorId),
    /// A tenant, signed in with this key.
    Tenant(TenantId, KeyHandle),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_and_knows_no_capitals() {
        assert_eq!(OperatorName::parse(" Jane.Roe@Example ").unwrap().as_str(), "jane.roe@example");
        for bad in ["", " ", "a b", "a\nb", "ä", "<b>", &"a".repeat(65)] {
            assert!(OperatorName::parse(bad).is_none(), "{bad:?}");
        }
    }
}
