//! What a tenant's own limits count a mint for.

use crate::crypto::keyring::Keyring;
use crate::domain::limits::named::{LimitName, Subjects};
use crate::domain::policy::Policy;
use crate::store::CountedSubject;

use super::order::Order;

/// Returns the subjects that limits of `policy` count; none where limits are switched off.
pub(super) fn subjects(
    keyring: &Keyring,
    order: &Order<'_>,
    policy: &Policy,
    subjects: &Subjects,
) -> Vec<CountedSubject> {
    let tenant = order.tenant.id();
    let one = |(name, subject): (&LimitName, &str)| {
        let rates = policy.named.get(name).filter(|_| policy.limits.is_some())?.clone();
        let mut indexes = keyring.subject_indexes(tenant, name, subject).into_iter();
        Some(CountedSubject {
            name: name.clone(),
            rates,
            index: indexes.next()?,
            other_indexes: indexes.collect(),
        })
    };
    subjects.iter().filter_map(one).collect()
}
