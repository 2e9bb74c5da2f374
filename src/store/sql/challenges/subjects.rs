//! Limits that a tenant names: all subjects of a mint are checked before any of them is counted.
//!
//! A subject has a row among those of recipients, under an index of its own. So it is locked, follows the keys and
//! is deleted like one.

use crate::domain::id::TenantId;
use crate::domain::limits::history::History;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldRecipient;
use crate::store::{CountedSubject, Issued};

use super::moves;

/// The subjects of one mint, and what was counted for them.
pub struct SubjectCounters<'a> {
    held: Vec<(HeldRecipient, &'a CountedSubject)>,
    now: Timestamp,
}

impl<'a> SubjectCounters<'a> {
    /// Returns the counters of these subjects.
    pub fn of(
        group: &Group,
        tenant: TenantId,
        subjects: &'a [CountedSubject],
        now: Timestamp,
    ) -> Result<Self> {
        let one = |subject: &'a CountedSubject| {
            moves::gather(group, tenant, subject.index, &subject.other_indexes, now)?;
            Ok((group.recipient(tenant, subject.index)?, subject))
        };
        Ok(Self { held: subjects.iter().map(one).collect::<Result<_>>()?, now })
    }

    /// Returns the refusal by the limit that takes longest to pass, if any refuses.
    pub fn refused(&self) -> Option<Issued> {
        let one = |(held, subject): &(HeldRecipient, &'a CountedSubject)| {
            let wait = |sends: &History| sends.wait(&subject.rates, self.now);
            let retry_after = held.get().counters().and_then(|counters| wait(&counters.sends))?;
            Some((subject.name.clone(), LimitHit { limit: Limit::Named, retry_after }))
        };
        let refused = self.held.iter().filter_map(one).max_by_key(|(_, hit)| hit.retry_after);
        refused.map(|(name, hit)| Issued::LimitedByName(name, hit))
    }

    /// Counts the mint for all of them.
    pub fn record(&self) {
        for (held, _) in &self.held {
            held.change(()).counters_mut().sends.record(self.now);
        }
    }
}
