//! What a mint is recorded for besides its recipient.

use crate::crypto::keyring::Keyring;
use crate::domain::address::Address;
use crate::domain::challenges::alias::Alias;
use crate::domain::limits::named::{LimitName, Subjects};
use crate::domain::mailbox::Mailbox;
use crate::domain::policy::Policy;
use crate::domain::secret::RecipientIndex;
use crate::store::{CountedSubject, SubjectKind};

use super::order::Order;

/// Returns the subjects that limits of `policy` count, none where limits are switched off, and the alias.
pub(super) fn subjects(
    keyring: &Keyring,
    order: &Order<'_>,
    policy: &Policy,
    (subjects, alias): (&Subjects, Option<&Alias>),
) -> Vec<CountedSubject> {
    let tenant = order.tenant.id();
    let counted = |(name, subject): (&LimitName, &str)| {
        let rates = policy.named.get(name).filter(|_| policy.limits.is_some())?.clone();
        let indexes = keyring.subject_indexes(tenant, name, subject);
        recorded(SubjectKind::Limit { name: name.clone(), rates }, indexes)
    };
    let named = alias.and_then(|alias| recorded(SubjectKind::Alias, keyring.alias_indexes(tenant, alias)));
    subjects.iter().filter_map(counted).chain(named).collect()
}

/// Returns the mailbox of a recipient. Messages of a sandbox, and codes that a tenant delivers itself, are not
/// counted over all tenants.
pub(super) fn mailbox(keyring: &Keyring, order: &Order<'_>, to: &Address) -> Mailbox {
    let is_counted = order.sends_now() && !order.tenant.is_sandbox();
    Mailbox {
        overall: is_counted.then(|| keyring.overall_index(to)),
        spelling: keyring.spelling(order.tenant.id(), to),
    }
}

fn recorded(kind: SubjectKind, indexes: Vec<RecipientIndex>) -> Option<CountedSubject> {
    let mut indexes = indexes.into_iter();
    Some(CountedSubject { kind, index: indexes.next()?, other_indexes: indexes.collect() })
}
