//! Tries to sign in, or to prove the secrets again: counted before they are checked, uncounted if they were right.

use std::time::Duration;

use crate::domain::limits::history::History;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::secret::TryPlace;
use crate::domain::time::Timestamp;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{CountedTry, SignInStore, TryCounter, Verb};

impl<E: Engine> SignInStore for SqlStore<E> {
    fn refused_try(&self, counters: Vec<TryCounter>, now: Timestamp) -> Verb<'_, Option<LimitHit>> {
        self.read(move |tx| refusal(tx, &counters, now))
    }

    fn count_try(
        &self,
        counters: Vec<TryCounter>,
        now: Timestamp,
    ) -> Verb<'_, std::result::Result<CountedTry, LimitHit>> {
        self.write(move |group| {
            if let Some(hit) = refusal(&**group, &counters, now)? {
                return Ok(Err(hit));
            }
            let mut places = Vec::new();
            for counter in &counters {
                let Some(place) = counter.places.first() else { continue };
                let mut moments = moments(&**group, place)?;
                moments.record(now);
                write(&**group, place, &moments, now + counter.rate.per)?;
                places.push(*place);
            }
            Ok(Ok(CountedTry { places, at: now }))
        })
    }

    fn take_back_try(&self, counted: CountedTry) -> Verb<'_, ()> {
        self.write(move |group| take_back(&**group, &counted))
    }
}

/// Returns why a try is refused, by the counter that refuses it for the longest time.
fn refusal(tx: &dyn Tx, counters: &[TryCounter], now: Timestamp) -> Result<Option<LimitHit>> {
    let mut longest = None;
    for counter in counters {
        let mut counted = History::default();
        for place in &counter.places {
            counted.merge(&moments(tx, place)?);
        }
        longest = longest.max(counted.wait(&[counter.rate], now));
    }
    Ok(longest.map(|retry_after| LimitHit { limit: Limit::SignIns, retry_after }))
}

/// Uncounts a try. One that has been swept meanwhile is gone already.
pub fn take_back(tx: &dyn Tx, counted: &CountedTry) -> Result<()> {
    for place in &counted.places {
        let mut left = moments(tx, place)?;
        left.forget(counted.at);
        match left.latest() {
            Some(_) => {
                let sql = "UPDATE sign_in_tries SET moments = ?2 WHERE place = ?1";
                tx.later(sql, with![place, &left.to_bytes()])?;
            }
            None => tx.later("DELETE FROM sign_in_tries WHERE place = ?1", with![place])?,
        }
    }
    Ok(())
}

fn moments(tx: &dyn Tx, place: &TryPlace) -> Result<History> {
    let sql = "SELECT moments FROM sign_in_tries WHERE place = ?1";
    let found = tx.first(sql, with![place], |row| Ok(History::from_bytes(row.bytes()?)))?;
    Ok(found.unwrap_or_default())
}

fn write(tx: &dyn Tx, place: &TryPlace, moments: &History, ends_at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO sign_in_tries (place, moments, ends_at) VALUES (?1, ?2, ?3) \
               ON CONFLICT (place) DO UPDATE SET moments = excluded.moments, ends_at = excluded.ends_at";
    tx.later(sql, with![place, &moments.to_bytes(), ends_at])
}

/// Moves all tries back by `step`, for a clock that was set back by as much.
pub fn move_tries(tx: &dyn Tx, step: Duration) -> Result<()> {
    let sql = "SELECT place, moments, ends_at FROM sign_in_tries";
    let all: Vec<(TryPlace, History, Timestamp)> =
        tx.all(sql, &[], |row| Ok((row.get()?, History::from_bytes(row.bytes()?), row.get()?)))?;
    for (place, moments, ends_at) in all {
        write(tx, &place, &moments.earlier_by(step), ends_at - step)?;
    }
    Ok(())
}

/// Deletes some of the counters in which no try matters any more.
pub fn delete_old(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM sign_in_tries WHERE place IN \
               (SELECT place FROM sign_in_tries WHERE ends_at <= ?1 LIMIT ?2)";
    tx.change(sql, with![now, limit])
}
