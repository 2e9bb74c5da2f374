//! The latest challenges of recipients and aliases.

use crate::domain::challenges::challenge::Challenge;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::counters::LATEST;
use crate::domain::mailbox::Spelling;
use crate::domain::secret::RecipientIndex;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::needs::Needs;
use crate::store::sql::rows::{counter_columns, read_counters, read_shown, shown_columns};
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{LatestStore, Verb};

use super::limited_counters;

impl<E: Engine> LatestStore for SqlStore<E> {
    fn challenges_of(
        &self,
        tenant: TenantId,
        indexes: Vec<RecipientIndex>,
        spelling: Option<Spelling>,
    ) -> Verb<'_, Vec<Challenge>> {
        self.read(move |tx| find(tx, tenant, &indexes, spelling.as_ref()))
    }

    fn forget_challenge_of(
        &self,
        tenant: TenantId,
        indexes: Vec<RecipientIndex>,
        challenge: ChallengeId,
    ) -> Verb<'_, ()> {
        let needs = indexes.first().map_or(Needs::NOTHING, |index| Needs::recipient(tenant, *index));
        self.write_held(needs, move |group| {
            for index in &indexes {
                limited_counters::forget_challenge(group, tenant, *index, challenge)?;
            }
            Ok(())
        })
    }
}

fn find(
    tx: &dyn Tx,
    tenant: TenantId,
    indexes: &[RecipientIndex],
    spelling: Option<&Spelling>,
) -> Result<Vec<Challenge>> {
    let sql = concat!(
        "SELECT c.spelling, ",
        shown_columns!(),
        " FROM challenges c WHERE c.tenant = ?1 AND c.id = ?2"
    );
    let mut found = Vec::new();
    for id in ids(tx, tenant, indexes)?.into_iter().take(LATEST) {
        let row = tx.first(sql, with![tenant, id], |row| Ok((row.get()?, read_shown(row)?)))?;
        let row: Option<(Option<RecipientIndex>, Challenge)> = row;
        found.extend(row.filter(|(kept, _)| spelling.is_none_or(|spelling| spelling.is(*kept))));
    }
    Ok(found.into_iter().map(|(_, challenge)| challenge).collect())
}

/// Returns the latest challenges under these indexes of one recipient or alias, newest first, for a read.
pub fn ids(tx: &dyn Tx, tenant: TenantId, indexes: &[RecipientIndex]) -> Result<Vec<ChallengeId>> {
    let sql =
        concat!("SELECT ", counter_columns!(), " FROM recipients r WHERE r.tenant = ?1 AND r.recipient = ?2");
    let mut latest: Vec<ChallengeId> = Vec::new();
    for index in indexes {
        let counters = tx.first(sql, with![tenant, index], read_counters)?;
        latest.extend(counters.into_iter().flat_map(|counters| counters.latest));
    }
    latest.sort_unstable_by(|one, other| other.cmp(one));
    Ok(latest)
}
