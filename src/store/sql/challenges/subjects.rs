//! What a mint is recorded for besides its recipient: the subjects of limits that a tenant names, all of which are
//! checked before any of them is counted, and an alias.
//!
//! Each has a row among those of recipients, under an index of its own. So it is locked, follows the keys and
//! is deleted like one.

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::history::History;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::reports::actor::Actor;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKinds;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldRecipient;
use crate::store::{CountedSubject, Issued, SubjectKind};

use super::{end, moves};

/// The subjects of one mint, and what was recorded for them.
pub struct SubjectCounters<'a> {
    held: Vec<(HeldRecipient, &'a CountedSubject)>,
    tenant: TenantId,
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
        Ok(Self { held: subjects.iter().map(one).collect::<Result<_>>()?, tenant, now })
    }

    /// Returns the refusal by the limit that takes longest to pass, if any refuses.
    pub fn refused(&self) -> Option<Issued> {
        let one = |(held, subject): &(HeldRecipient, &'a CountedSubject)| {
            let SubjectKind::Limit { name, rates } = &subject.kind else { return None };
            let wait = |sends: &History| sends.wait(rates, self.now);
            let retry_after = held.get().counters().and_then(|counters| wait(&counters.sends))?;
            Some((name.clone(), LimitHit { limit: Limit::Named, retry_after }))
        };
        let refused = self.held.iter().filter_map(one).max_by_key(|(_, hit)| hit.retry_after);
        refused.map(|(name, hit)| Issued::LimitedByName(name, hit))
    }

    /// Counts the mint for all of them, and has the alias name the challenge that it opens. The challenge
    /// that was named before is canceled: otherwise it could be answered on its page, and after the end of
    /// the new one its attempts would be those of the alias.
    pub fn record(
        &self,
        group: &Group,
        opens: ChallengeId,
        (by, events): (&Actor, EventKinds),
    ) -> Result<()> {
        for (held, subject) in &self.held {
            match &subject.kind {
                SubjectKind::Limit { .. } => held.change(()).counters_mut().sends.record(self.now),
                SubjectKind::Alias => {
                    let former = std::mem::replace(&mut held.change(()).counters_mut().latest, vec![opens]);
                    for challenge in former {
                        end::cancel(group, (self.tenant, challenge), (by, events), self.now)?;
                    }
                }
            }
        }
        Ok(())
    }
}
