//! Operators: the people who sign in to the console.

use std::fmt;

use crate::domain::id::TenantId;
use crate::domain::tenants::credential::KeyHandle;

/// The maximum length of an operator's name, in bytes.
pub const MAX_OPERATOR_NAME: usize = 64;

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

/// What an operator is allowed to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Everything, including other operators.
    Owner,
    /// Look at everything, unlock recipients, send codes again.
    Support,
    /// Look at everything.
    ReadOnly,
}

/// What an action takes of the role of whoever does it. Each includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Power {
    /// Changes nothing, and shows no secret.
    Look,
    /// Helps one user of a tenant: unlocks, sends again.
    Help,
    /// Changes a tenant, an operator or the server.
    Manage,
}

impl Role {
    /// Every role, the most powerful first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Support, Self::ReadOnly];

    /// Returns the stable word used in the store, in settings and in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Support => "support",
            Self::ReadOnly => "read_only",
        }
    }

    /// Returns the role that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Returns whether the role allows an action that takes `power`.
    pub fn may(self, power: Power) -> bool {
        let most = match self {
            Self::Owner => Power::Manage,
            Self::Support => Power::Help,
            Self::ReadOnly => Power::Look,
        };
        power <= most
    }
}

/// Some of the roles.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Roles([bool; Role::ALL.len()]);

impl Roles {
    /// Returns whether this role is among them.
    pub fn has(self, role: Role) -> bool {
        Role::ALL.into_iter().zip(self.0).any(|(known, is_in)| is_in && known == role)
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        let roles: Vec<_> = roles.into_iter().collect();
        Self(Role::ALL.map(|role| roles.contains(&role)))
    }
}

/// What a setup link is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkPurpose {
    /// The role of the account.
    pub role: Role,
    /// The name of the account; `None` if whoever has the link chooses it.
    pub name: Option<OperatorName>,
}

impl LinkPurpose {
    /// Creates the purpose of a link for an account of this role and any name.
    pub const fn any(role: Role) -> Self {
        Self { role, name: None }
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
    fn each_role_may_do_what_those_below_it_may() {
        let powers = [Power::Look, Power::Help, Power::Manage];
        let allowed = |role: Role| powers.map(|power| role.may(power));
        assert_eq!(allowed(Role::Owner), [true, true, true]);
        assert_eq!(allowed(Role::Support), [true, true, false]);
        assert_eq!(allowed(Role::ReadOnly), [true, false, false]);
        assert!(Role::ALL.into_iter().all(|role| Role::parse(role.as_str()) == Some(role)));
        assert_eq!(Role::parse("Owner"), None);
    }

    #[test]
    fn a_name_is_plain_and_knows_no_capitals() {
        assert_eq!(OperatorName::parse(" Jane.Roe@Example ").unwrap().as_str(), "jane.roe@example");
        for bad in ["", " ", "a b", "a\nb", "ä", "<b>", &"a".repeat(65)] {
            assert!(OperatorName::parse(bad).is_none(), "{bad:?}");
        }
    }
}
