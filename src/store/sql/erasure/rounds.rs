//! The rounds of an erasure.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::domain::id::ChallengeId;
use crate::domain::secret::RequestDigest;
use crate::domain::time::Timestamp;
use crate::store::sql::challenges::latest_ids;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::needs::Needs;
use crate::store::sql::scan::{self, Part, Place};
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::{
    ChallengeStore, Erasure, ErasurePlace, ErasureStage, ErasureStore, Person, StoreError, Verb,
};

use super::rows;
use super::search::{self, Found};

/// The number of challenges that one round deletes.
const CHALLENGES: usize = 20;

/// Comes before every key.
const FIRST_KEY: RequestDigest = RequestDigest([0; 32]);

type Round = std::result::Result<Erasure, StoreError>;

impl<E: Engine> ErasureStore for SqlStore<E> {
    fn erase_some(&self, erasure: Erasure, now: Timestamp) -> Verb<'_, Erasure> {
        Box::pin(async move {
            match erasure.stage {
                ErasureStage::Latest => self.find_latest(erasure).await,
                ErasureStage::Challenges => self.find(erasure, search::challenges).await,
                ErasureStage::Deliveries => self.find(erasure, search::deliveries).await,
                ErasureStage::Cancel => self.cancel_pending(erasure, now).await,
                ErasureStage::Events => self.erase_events(erasure).await,
                ErasureStage::Answers => self.erase_answers(erasure).await,
                ErasureStage::Rows => self.erase_challenges(erasure).await,
                ErasureStage::Counters => self.finish_erasure(erasure, now).await,
                ErasureStage::Done => Ok(erasure),
            }
        })
    }
}

impl<E: Engine> SqlStore<E> {
    async fn find_latest(&self, mut erasure: Erasure) -> Round {
        let person = Arc::clone(&erasure.person);
        let latest = self.read(move |tx| latest_ids(tx, person.tenant, &person.indexes)).await?;
        add(&mut erasure, latest.into_iter().map(|id| (id, false)));
        Ok(at(erasure, ErasureStage::Challenges))
    }

    async fn find(
        &self,
        mut erasure: Erasure,
        search: fn(&dyn Tx, &Person, Place) -> Result<Part<Found>>,
    ) -> Round {
        let (person, from) = (Arc::clone(&erasure.person), begin(&erasure));
        let part = self.read_at_length(move |tx| search(tx, &person, from)).await?;
        add(&mut erasure, part.found);
        let next = match erasure.stage {
            ErasureStage::Challenges => ErasureStage::Deliveries,
            _ => ErasureStage::Cancel,
        };
        Ok(behind(erasure, part.next, next))
    }

    /// Cancels what is pending, one after the other, so that nothing more happens to it.
    async fn cancel_pending(&self, mut erasure: Erasure, now: Timestamp) -> Round {
        match erasure.pending.pop() {
            Some(id) => {
                let canceled =
                    self.cancel_challenge(erasure.person.tenant, id, erasure.by.clone(), now).await?;
                erasure.erased.canceled += usize::from(canceled);
                Ok(erasure)
            }
            None => Ok(at(erasure, ErasureStage::Events)),
        }
    }

    async fn erase_events(&self, mut erasure: Erasure) -> Round {
        let (tenant, challenges, from) =
            (erasure.person.tenant, Arc::clone(&erasure.challenges), begin(&erasure));
        let part = self.read_at_length(move |tx| search::events(tx, (tenant, &challenges), from)).await?;
        erasure.erased.events += part.found.len();
        let erasure = behind(erasure, part.next, ErasureStage::Answers);
        if !part.found.is_empty() {
            let delete =
                move |group: &Group| part.found.iter().try_for_each(|at| scan::EVENTS.delete(&**group, *at));
            self.write(delete).await?;
        }
        Ok(erasure)
    }

    async fn erase_answers(&self, mut erasure: Erasure) -> Round {
        let (person, challenges) = (Arc::clone(&erasure.person), Arc::clone(&erasure.challenges));
        let from = match erasure.place {
            ErasurePlace::Key(key) => key,
            ErasurePlace::Beginning | ErasurePlace::Row(..) => FIRST_KEY,
        };
        let (found, next) =
            self.read_at_length(move |tx| search::answers(tx, &person, &challenges, from)).await?;
        let tenant = erasure.person.tenant;
        erasure.erased.answers += found.len();
        if !found.is_empty() {
            self.write(move |group| found.iter().try_for_each(|key| rows::answer(&**group, tenant, *key)))
                .await?;
        }
        Ok(match next {
            Some(key) => Erasure { place: ErasurePlace::Key(key), ..erasure },
            None => at(erasure, ErasureStage::Rows),
        })
    }

    async fn erase_challenges(&self, mut erasure: Erasure) -> Round {
        let after = match erasure.place {
            ErasurePlace::Row(id, _) => id,
            ErasurePlace::Beginning | ErasurePlace::Key(_) => i64::MIN,
        };
        let behind = erasure.challenges.range(ChallengeId(after)..).filter(|id| id.0 > after);
        let some: Vec<ChallengeId> = behind.take(CHALLENGES).copied().collect();
        let Some(last) = some.last().copied() else { return Ok(at(erasure, ErasureStage::Counters)) };
        let (tenant, before) = (erasure.person.tenant, erasure.erased);
        let delete = move |group: &Group| {
            let mut erased = before;
            some.iter().try_for_each(|id| rows::challenge(&**group, tenant, *id, &mut erased))?;
            Ok(erased)
        };
        erasure.erased = self.write(delete).await?;
        Ok(Erasure { place: ErasurePlace::Row(last.0, 0), ..erasure })
    }

    async fn finish_erasure(&self, mut erasure: Erasure, now: Timestamp) -> Round {
        let (tenant, index) = (erasure.person.tenant, erasure.person.indexes.first().copied());
        let needs = index.map_or(Needs::NOTHING, |index| Needs::recipient(tenant, index));
        let (finishing, erased) = (erasure.clone(), self.engine.erased());
        let finished = self.write_held(needs, move |group| {
            let messages = rows::finish(group, &finishing, now)?;
            erased.store(true, Ordering::Relaxed);
            Ok(messages)
        });
        erasure.erased.sandbox_messages += finished.await?;
        Ok(at(erasure, ErasureStage::Done))
    }
}

/// Adds challenges that were found.
fn add(erasure: &mut Erasure, found: impl IntoIterator<Item = Found>) {
    let challenges: &mut BTreeSet<ChallengeId> = Arc::make_mut(&mut erasure.challenges);
    for (id, may_be_pending) in found {
        challenges.insert(id);
        erasure.pending.extend(may_be_pending.then_some(id));
    }
}

/// Begins a stage.
fn at(erasure: Erasure, stage: ErasureStage) -> Erasure {
    Erasure { stage, place: ErasurePlace::Beginning, ..erasure }
}

/// Returns where a walk over a table goes on.
fn begin(erasure: &Erasure) -> Place {
    match erasure.place {
        ErasurePlace::Row(first, second) => Place(first, second),
        ErasurePlace::Beginning | ErasurePlace::Key(_) => Place::before(erasure.person.tenant),
    }
}

/// Goes on behind a place, or with the next stage.
fn behind(erasure: Erasure, place: Option<Place>, next: ErasureStage) -> Erasure {
    match place {
        Some(Place(first, second)) => Erasure { place: ErasurePlace::Row(first, second), ..erasure },
        None => at(erasure, next),
    }
}
