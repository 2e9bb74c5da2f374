//! Carrying out batches: again after conflicts, over a new connection after a loss, and never twice.

use std::thread;
use std::time::{Duration, Instant};

use crate::store::StoreError;
use crate::store::queue::Batch;
use crate::store::sql::failed::{EngineError, Failed};

use super::errors::is_duplicate;
use super::lane::Lane;
use super::session::Session;
use super::transaction::{Ended, Witnessed};

/// The number of conflicts after which the operations of a batch are carried out one by one.
const TOGETHER: u32 = 3;

/// The number of conflicts after which an operation is given up.
const TRIES: u32 = 40;

/// The number of times that a row may exist which an operation inserts because it was not there. One that
/// is there each time would be so for ever.
const DUPLICATES: u32 = 6;

/// The longest pause after a conflict, and between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(50);

/// The duration of an outage after which another line is logged.
const OUTAGE: Duration = Duration::from_secs(10);

impl Lane {
    /// Carries out a batch. It returns when every operation is settled.
    pub(super) fn carry_out(&mut self, batch: Batch) {
        let mut batch = batch;
        let mut tries = 0;
        while !batch.is_empty() {
            match self.attempt(&mut batch) {
                Ended::Committed => batch = batch.is_recorded(),
                Ended::InDoubt => match self.find_out(&mut batch) {
                    Some(Witnessed::Committed) => batch = batch.is_recorded(),
                    Some(Witnessed::TakenOver) => return self.is_taken_over(&mut batch),
                    Some(Witnessed::NotCommitted) | None => batch.drop_abandoned(),
                },
                Ended::TakenOver => return self.is_taken_over(&mut batch),
                // One of the operations cannot be carried out. Run each alone, so that the others can.
                Ended::Failed(Failed::Operation(_)) if batch.len() > 1 => return self.each_alone(&mut batch),
                Ended::Failed(Failed::Operation(error)) => {
                    tracing::error!(%error, "a write failed");
                    return batch.is_refused(StoreError::Unavailable);
                }
                Ended::Failed(Failed::Again(error)) => {
                    tries += 1;
                    metrics::counter!("otpmint_store_retries_total").increment(1);
                    tracing::debug!(%error, tries, "a transaction runs again");
                    if tries >= TOGETHER && batch.len() > 1 {
                        return self.each_alone(&mut batch);
                    }
                    if let Some(refusal) = given_up(&error, tries) {
                        tracing::error!(%error, tries, "a write failed");
                        return batch.is_refused(refusal);
                    }
                    self.pause(tries);
                    batch.drop_abandoned();
                }
                Ended::Failed(Failed::Store(error)) => {
                    self.is_down(&error);
                    if self.condition.is_closing() {
                        return batch.is_refused(StoreError::Unavailable);
                    }
                    thread::sleep(PAUSE);
                    batch.drop_abandoned();
                }
            }
        }
    }

    /// Carries out the operations of a batch, each in a transaction of its own.
    pub(super) fn each_alone(&mut self, batch: &mut Batch) {
        for operation in batch.each_alone() {
            self.carry_out(operation);
        }
    }

    /// Runs the batch once, if there is a connection.
    fn attempt(&mut self, batch: &mut Batch) -> Ended {
        let session = match Session::standing(&mut self.session, &self.place, self.isolation.settings()) {
            Ok(session) => session,
            Err(failed) => return Ended::Failed(failed),
        };
        let begun = Instant::now();
        let ended = self.writer.transact(session, self.isolation, batch);
        if matches!(ended, Ended::Committed) {
            metrics::histogram!("otpmint_store_transaction_seconds").record(begun.elapsed());
            self.is_up();
        }
        ended
    }

    /// Finds out, over a new connection, what became of a transaction whose COMMIT was not answered. It asks
    /// for as long as it matters to anybody.
    fn find_out(&mut self, batch: &mut Batch) -> Option<Witnessed> {
        let begun = Instant::now();
        loop {
            self.session = None;
            let session = Session::standing(&mut self.session, &self.place, self.isolation.settings());
            let found = session.and_then(|session| self.writer.witness(session));
            match found {
                Ok(witnessed) => {
                    let outcome = match witnessed {
                        Witnessed::Committed => "committed",
                        Witnessed::NotCommitted => "not_committed",
                        Witnessed::TakenOver => "taken_over",
                    };
                    metrics::counter!("otpmint_store_in_doubt_total", "outcome" => outcome).increment(1);
                    tracing::info!(outcome, operations = batch.len(), "a lost COMMIT was found out");
                    return Some(witnessed);
                }
                Err(failed) => self.is_down(&failed),
            }
            batch.drop_forsaken();
            if self.condition.is_closing() {
                batch.is_refused(StoreError::Unavailable);
            }
            if batch.is_empty() {
                metrics::counter!("otpmint_store_in_doubt_total", "outcome" => "unknown").increment(1);
                tracing::warn!(after = ?begun.elapsed(), "what became of a lost COMMIT matters to nobody any more");
                return None;
            }
            thread::sleep(PAUSE);
        }
    }

    /// Waits longer after each conflict, and each lane for another time.
    fn pause(&self, tries: u32) {
        let spread = (self.writer.last * 31 + i64::from(self.writer.lane.number()) * 7).rem_euclid(8);
        let millis = u64::from(tries) * 4 + u64::try_from(spread).unwrap_or_default();
        thread::sleep(Duration::from_millis(millis).min(PAUSE));
    }

    /// Notes that the database cannot be written to. The connection is replaced.
    fn is_down(&mut self, error: &impl std::fmt::Display) {
        self.session = None;
        let now = Instant::now();
        if self.told_down.is_none_or(|told| now.duration_since(told) > OUTAGE) {
            tracing::error!(%error, "the database cannot record");
            self.told_down = Some(now);
        }
        self.condition.set_healthy(false);
    }

    /// Refuses everything: the node must not write any more.
    fn is_taken_over(&mut self, batch: &mut Batch) {
        self.is_down(&"another node has taken over the number of this one");
        batch.is_refused(StoreError::Unavailable);
    }

    fn is_up(&mut self) {
        if self.told_down.take().is_some() {
            tracing::info!("the database records again");
        }
        self.condition.set_healthy(true);
    }
}

/// Returns what is told of an operation that gave way to others this often, if it is given up.
fn given_up(error: &EngineError, tries: u32) -> Option<StoreError> {
    match is_duplicate(error) {
        true => (tries >= DUPLICATES).then_some(StoreError::Unavailable),
        false => (tries >= TRIES).then_some(StoreError::Busy),
    }
}
