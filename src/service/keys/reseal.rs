//! Resealing: values that are sealed under a former key are sealed again, a few at a time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::crypto::Place;
use crate::crypto::keyring::Keyring;
use crate::domain::random::Entropy;
use crate::domain::secret::Sealed;
use crate::domain::time::{Clock, Timestamp};
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::store::{SealedValue, Store};

/// The number of values per transaction.
const BATCH: usize = 100;

/// The number of transactions in one run. The rest follows in the next run, a few seconds later.
const BATCHES: usize = 10;

/// When to look again after everything was sealed: another process may have written back values
/// that it had read before.
const LOOK_AGAIN: Duration = Duration::from_secs(600);

/// The progress of resealing.
#[derive(Clone, Default)]
struct Progress {
    /// The version that everything is to be sealed under.
    version: u32,
    /// The last value that was processed.
    after: Option<SealedValue>,
    sealed: usize,
    /// The number of values that do not open. They stay unchanged.
    broken: usize,
    done_at: Option<Timestamp>,
}

/// Seals former values again.
pub(super) struct Resealer {
    store: Arc<dyn Store>,
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    progress: Mutex<Progress>,
}

impl Resealer {
    pub(in crate::service) fn new(parts: &Parts) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            clock: Arc::clone(&parts.clock),
            entropy: Arc::clone(&parts.entropy),
            progress: Mutex::default(),
        }
    }
}

impl Resealer {
    /// Reseals some of the values under former keys, under the key in use.
    pub(super) async fn reseal(&self) -> Result<(), Refusal> {
        let Some(version) = self.keyring.seal_version_after_others() else { return Ok(()) };
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if progress.version != version {
            progress = Progress { version, ..Progress::default() };
        }
        let now = self.clock.now();
        if progress.done_at.is_some_and(|at| now >= at && now < at + LOOK_AGAIN) {
            return Ok(());
        }
        for _ in 0..BATCHES {
            if !self.reseal_batch(&mut progress).await? {
                progress.finish(now);
                break;
            }
        }
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
        Ok(())
    }

    /// Reseals one batch; returns `false` if nothing is left.
    async fn reseal_batch(&self, progress: &mut Progress) -> Result<bool, Refusal> {
        let found = self.store.sealed_before(progress.version, progress.after.clone(), BATCH).await?;
        let Some(last) = found.last().cloned() else { return Ok(false) };
        let looked_at = found.len();
        let anew: Vec<_> = found.into_iter().filter_map(|value| self.resealed(value)).collect();
        progress.broken += looked_at - anew.len();
        progress.sealed += self.store.reseal(anew).await?;
        progress.after = Some(last);
        Ok(true)
    }

    /// Reseals one value; returns `None` if it does not open.
    fn resealed(&self, value: SealedValue) -> Option<(SealedValue, Sealed)> {
        let place = Place { table: value.table, column: value.column, tenant: value.tenant, row: value.row };
        let plain = self.keyring.open_sealed(&place, &value.sealed).ok()?;
        let anew = self.keyring.seal(&place, &plain, self.entropy.as_ref());
        Some((value, anew))
    }
}

impl Progress {
    /// Logs the result, once per version unless there is something new.
    fn finish(&mut self, now: Timestamp) {
        let Self { version, sealed, broken, .. } = *self;
        if self.done_at.is_none() || sealed > 0 {
            tracing::info!(version, sealed, "everything that stays is sealed under the present key");
        }
        if broken > 0 {
            tracing::error!(version, broken, "sealed values do not open, and stay under a former key");
        }
        *self = Self { version, done_at: Some(now), ..Self::default() };
    }
}
