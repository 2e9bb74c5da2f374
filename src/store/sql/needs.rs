//! Hints about the rows that a verb needs, for engines that load and lock for many verbs at once.

use std::collections::BTreeSet;

use crate::domain::challenges::idempotency::Once;
use crate::domain::factors::factor::FactorHandle;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::mailbox::Mailbox;
use crate::domain::secret::{RecipientIndex, RequestDigest};
use crate::store::CountedSubject;

use super::rows::EVERYBODY;

/// A hint. Rows that it does not name are loaded on demand, which is correct but slower.
#[derive(Clone)]
pub enum Needs {
    /// The verb queries the database itself: changes that others made in memory are written before
    /// it, and held rows are reloaded after it.
    Anything,
    /// The verb accesses challenges and recipients only through the unit of work.
    Held(HeldNeeds),
}

/// The rows that a verb accesses through the unit of work.
#[derive(Clone, Default)]
pub struct HeldNeeds {
    /// A challenge.
    pub challenge: Option<ChallengeId>,
    /// The recipient of the challenge too.
    pub with_recipient: bool,
    pub recipient: Option<(TenantId, RecipientIndex)>,
    /// Subjects of the tenant's own limits and an alias, which have rows like recipients.
    pub subjects: Vec<(TenantId, RecipientIndex)>,
    /// The row of the recipient over all tenants.
    pub overall: Option<RecipientIndex>,
    /// That of the challenge's recipient too.
    pub with_overall: bool,
    /// The record of a request that is carried out once.
    pub request: Option<(TenantId, RequestDigest)>,
    /// A factor, which is not held in memory but locked before the verb looks at it.
    pub factor: Option<(TenantId, FactorHandle)>,
}

impl Needs {
    /// Needs no challenge and no recipient, or none that is known in advance.
    pub const NOTHING: Self = Self::Held(HeldNeeds {
        challenge: None,
        with_recipient: false,
        recipient: None,
        subjects: Vec::new(),
        overall: None,
        with_overall: false,
        request: None,
        factor: None,
    });

    /// Needs a challenge, and its recipient.
    pub fn challenge(id: ChallengeId) -> Self {
        Self::Held(HeldNeeds { challenge: Some(id), with_recipient: true, ..HeldNeeds::default() })
    }

    /// Needs a challenge, and nothing that was counted for its recipient.
    pub fn challenge_alone(id: ChallengeId) -> Self {
        Self::Held(HeldNeeds { challenge: Some(id), ..HeldNeeds::default() })
    }

    /// Needs a factor.
    pub fn factor(tenant: TenantId, handle: &FactorHandle) -> Self {
        let factor = Some((tenant, handle.clone()));
        Self::Held(HeldNeeds { factor, ..HeldNeeds::default() })
    }

    /// Needs a recipient.
    pub fn recipient(tenant: TenantId, index: RecipientIndex) -> Self {
        Self::Held(HeldNeeds { recipient: Some((tenant, index)), ..HeldNeeds::default() })
    }

    /// Needs a challenge, and the recipient that it is given.
    pub fn both(id: ChallengeId, tenant: TenantId, index: RecipientIndex) -> Self {
        let (challenge, recipient) = (Some(id), Some((tenant, index)));
        Self::Held(HeldNeeds { challenge, with_recipient: true, recipient, ..HeldNeeds::default() })
    }

    /// Needs what is counted for the recipient over all tenants too.
    pub fn overall(self, mailbox: &Mailbox) -> Self {
        let Self::Held(needs) = self else { return self };
        Self::Held(HeldNeeds { overall: mailbox.present(), ..needs })
    }

    /// The same for the recipient of the challenge.
    pub fn with_overall(self) -> Self {
        let Self::Held(needs) = self else { return self };
        Self::Held(HeldNeeds { with_overall: true, ..needs })
    }

    /// Needs the rows of these subjects too.
    pub fn counting(self, tenant: TenantId, counted: &[CountedSubject]) -> Self {
        let Self::Held(needs) = self else { return self };
        let subjects = counted.iter().map(|subject| (tenant, subject.index)).collect();
        Self::Held(HeldNeeds { subjects, ..needs })
    }

    /// Needs the record of the request too, if it is carried out once.
    pub fn once(self, tenant: TenantId, once: Option<&Once>) -> Self {
        match self {
            Self::Anything => self,
            Self::Held(needs) => {
                Self::Held(HeldNeeds { request: once.map(|once| (tenant, once.key)), ..needs })
            }
        }
    }
}

/// What all verbs of a batch need, each row once and in the order in which rows are locked.
#[derive(Default)]
pub struct Wanted {
    pub challenges: BTreeSet<ChallengeId>,
    /// Those of them whose recipients are wanted too.
    pub with_recipients: BTreeSet<ChallengeId>,
    /// Those of them of whose recipients what is counted over all tenants is wanted too.
    pub with_overall: BTreeSet<ChallengeId>,
    /// The bytes of an index, because indexes themselves are compared in constant time.
    pub recipients: BTreeSet<(TenantId, [u8; 16])>,
    pub requests: BTreeSet<(TenantId, [u8; 32])>,
    pub factors: BTreeSet<(TenantId, FactorHandle)>,
}

impl Wanted {
    /// Returns what these need.
    pub fn by(all: impl Iterator<Item = Needs>) -> Self {
        let mut wanted = Self::default();
        for needs in all {
            let Needs::Held(needs) = needs else { continue };
            wanted.challenges.extend(needs.challenge);
            wanted.with_recipients.extend(needs.challenge.filter(|_| needs.with_recipient));
            wanted.with_overall.extend(needs.challenge.filter(|_| needs.with_overall));
            wanted.recipients.extend(needs.overall.map(|index| (EVERYBODY, index.0)));
            wanted.recipients.extend(needs.recipient.map(|(tenant, index)| (tenant, index.0)));
            wanted.recipients.extend(needs.subjects.iter().map(|(tenant, index)| (*tenant, index.0)));
            wanted.requests.extend(needs.request.map(|(tenant, key)| (tenant, key.0)));
            wanted.factors.extend(needs.factor);
        }
        wanted
    }
}
