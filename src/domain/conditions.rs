//! The state in which a change expects what it changes (`If-Match`, `If-None-Match`, RFC 9110 §13.1).

use crate::domain::factors::factor::FactorHandle;
use crate::domain::hook::Product;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::template::TemplateName;
use crate::domain::webhooks::webhook::WebhookHandle;

/// The expected state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expected {
    /// It exists (`If-Match: *`).
    Present,
    /// It has one of these revisions. A tag that nobody has given out stands for none.
    OneOf(Vec<i64>),
    /// It does not exist yet (`If-None-Match: *`).
    Absent,
    /// It has none of these revisions.
    NoneOf(Vec<i64>),
}

impl Expected {
    /// Returns whether this is the state of what has this revision, or does not exist.
    pub fn is_met(&self, revision: Option<i64>) -> bool {
        match self {
            Self::Present => revision.is_some(),
            Self::OneOf(revisions) => revision.is_some_and(|revision| revisions.contains(&revision)),
            Self::Absent => revision.is_none(),
            Self::NoneOf(revisions) => revision.is_none_or(|revision| !revisions.contains(&revision)),
        }
    }
}

/// Something of a tenant that requests change, and that has a revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The tenant itself: its settings, its routes, its logo and its limits are one row.
    Tenant,
    /// A secret key.
    Key(KeyHandle),
    /// A webhook.
    Webhook(WebhookHandle),
    /// A template.
    Template(TemplateName),
    /// The secret of a hook.
    Hook(Product),
    /// A factor.
    Factor(FactorHandle),
    /// A challenge.
    Challenge(ChallengeId),
    /// The mails of a sandbox.
    SandboxMails,
    /// A block of a rule against toll fraud, which has no revision.
    PhoneBlock,
}

impl Subject {
    /// Returns whether a change makes it where it does not exist. Other changes find that out themselves.
    pub const fn is_made_by_changes(&self) -> bool {
        matches!(self, Self::Template(_) | Self::Hook(_))
    }
}

/// A condition of a change: what is expected of a subject of the tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Precondition {
    /// Whose it is.
    pub tenant: TenantId,
    /// What is changed.
    pub subject: Subject,
    /// What is expected of it.
    pub expected: Expected,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_exist_meets_only_the_expectation_that_it_does_not() {
        let tags = |tags: &[i64]| Expected::OneOf(tags.to_vec());
        for (expected, of_two, of_none) in [
            (Expected::Present, true, false),
            (Expected::Absent, false, true),
            (tags(&[1, 2]), true, false),
            (tags(&[1]), false, false),
            (tags(&[]), false, false),
            (Expected::NoneOf(vec![2]), false, true),
            (Expected::NoneOf(vec![1]), true, true),
        ] {
            assert_eq!((expected.is_met(Some(2)), expected.is_met(None)), (of_two, of_none), "{expected:?}");
        }
    }
}
