//! Reserved identities, whose factors behave in a known way. They are special in a sandbox only: to a live tenant they
//! are ordinary identities.

use crate::domain::challenges::code::Code;
use crate::domain::challenges::sandbox::reserved_name;
use crate::domain::time::Timestamp;

use super::factor::{Factor, FactorStatus};
use super::identity::Identity;

/// The behaviour of the factors of a reserved identity. The code of their app is always [`Code::known`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReservedIdentity {
    /// The code is right however often it comes, as if the app showed a new one each time.
    Accepted,
    /// The code confirms the factor, and was used before from then on.
    Used,
    /// The code confirms the factor, which pauses from then on.
    Paused,
}

impl ReservedIdentity {
    /// Every reserved identity.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Used, Self::Paused];

    /// Returns the part before the `@`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Used => "used",
            Self::Paused => "paused",
        }
    }

    /// Returns the behaviour of this identity, if it is reserved. A tag makes another user who behaves the same.
    pub fn of(identity: &Identity) -> Option<Self> {
        let name = reserved_name(identity.as_str())?;
        Self::ALL.into_iter().find(|reserved| reserved.as_str() == name)
    }

    /// Returns the steps that a code belongs to: one that was not accepted yet, or one that was.
    pub fn steps(self, factor: &Factor, code: &Code, now: Timestamp) -> Vec<i64> {
        if *code != Code::known(factor.shape.digits().into()) {
            return Vec::new();
        }
        match (self, factor.status()) {
            (Self::Used, FactorStatus::Active) => vec![factor.last_step],
            _ => {
                let present = now.as_millis().div_euclid(1_000 * i64::from(factor.shape.period()));
                vec![present.max(factor.last_step.saturating_add(1))]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserved_identity_is_known_with_every_tag() {
        let of = |text: &str| ReservedIdentity::of(&Identity::parse(text).unwrap());
        for reserved in ReservedIdentity::ALL {
            let name = reserved.as_str();
            assert_eq!(of(&format!("{name}@otpmint.test")), Some(reserved));
            assert_eq!(of(&format!("{name}+17.a@otpmint.test")), Some(reserved));
        }
        for other in
            ["accepted", "delivered@otpmint.test", "used@example.com", "used@x.otpmint.test", "@otpmint.test"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
