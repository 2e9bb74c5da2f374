//! Challenges as their tenant looks them up: by row, or the latest of a recipient.

use crate::domain::challenges::challenge::{Challenge, ChallengeStatus};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::mailbox::Spelling;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::{RecipientIndex, Sealed};
use crate::domain::time::Timestamp;
use crate::store::sql::deliveries::course;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::needs::Needs;
use crate::store::sql::rows::{read_shown, shown_columns};
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{ChallengeName, LookedUp, LookupStore, Verb};

use super::end;

impl<E: Engine> LookupStore for SqlStore<E> {
    fn look_up(
        &self,
        tenant: TenantId,
        purpose: Purpose,
        name: ChallengeName,
        now: Timestamp,
    ) -> Verb<'_, Option<LookedUp>> {
        self.read(move |tx| {
            let found = match &name {
                ChallengeName::Row(id) => {
                    find(tx, tenant, *id)?.filter(|found| found.challenge.purpose == purpose)
                }
                ChallengeName::Recipient(indexes, spelling) => {
                    latest(tx, tenant, (indexes, spelling, &purpose), now)?
                }
            };
            let Some(Found { challenge, payload, .. }) = found else { return Ok(None) };
            let deliveries = course::of_challenge(tx, &challenge)?;
            Ok(Some(LookedUp { challenge, deliveries, payload }))
        })
    }

    fn approve_challenge(
        &self,
        tenant: TenantId,
        id: ChallengeId,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool> {
        self.write_held(Needs::challenge(id), move |group| end::approve(group, tenant, id, &by, now))
    }
}

struct Found {
    challenge: Challenge,
    payload: Option<Sealed>,
    spelling: Option<RecipientIndex>,
}

fn find(tx: &dyn Tx, tenant: TenantId, id: ChallengeId) -> Result<Option<Found>> {
    let sql = concat!(
        "SELECT ",
        shown_columns!(),
        ", c.payload, c.spelling FROM challenges c WHERE c.tenant = ?1 AND c.id = ?2"
    );
    tx.first(sql, with![tenant, id], |row| {
        Ok(Found { challenge: read_shown(row)?, payload: row.get()?, spelling: row.get()? })
    })
}

/// Returns the latest challenge of a recipient's address that is pending or, if none is, the latest.
fn latest(
    tx: &dyn Tx,
    tenant: TenantId,
    (indexes, spelling, purpose): (&[RecipientIndex], &Spelling, &Purpose),
    now: Timestamp,
) -> Result<Option<Found>> {
    let mut ended = None;
    for id in super::latest::ids(tx, tenant, indexes)? {
        let is_asked = |found: &Found| found.challenge.purpose == *purpose && spelling.is(found.spelling);
        let found = find(tx, tenant, id)?.filter(is_asked);
        let is_pending = |found: &Found| found.challenge.standing.status_at(now) == ChallengeStatus::Pending;
        if found.as_ref().is_some_and(is_pending) {
            return Ok(found);
        }
        ended = ended.or(found);
    }
    Ok(ended)
}
