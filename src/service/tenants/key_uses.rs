//! When secret keys were last used: noted in memory, and recorded beside the requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::tenants::credential::KeyHandle;
use crate::domain::time::Timestamp;
use crate::service::refusal::Refusal;
use crate::store::{Store, UseOfKey};

/// Between two records of the use of a key. A record costs a transaction, which no request waits for.
pub(super) const RECORD_EVERY: Duration = Duration::from_secs(300);

/// The uses that are not recorded yet, the latest of each key.
pub struct KeyUses {
    store: Arc<dyn Store>,
    noted: Mutex<HashMap<KeyHandle, UseOfKey>>,
}

impl KeyUses {
    pub(in crate::service) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, noted: Mutex::default() }
    }

    /// Notes a use.
    pub(super) fn note(&self, used: UseOfKey) {
        self.lock().insert(used.key.clone(), used);
    }

    /// Records what was noted since the last time. What cannot be recorded is lost: the next use is noted again.
    pub(in crate::service) async fn record(&self) -> Result<(), Refusal> {
        let noted: Vec<UseOfKey> = self.lock().drain().map(|(_, used)| used).collect();
        match noted.is_empty() {
            true => Ok(()),
            false => Ok(self.store.note_key_uses(noted).await?),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<KeyHandle, UseOfKey>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether the use of a key at `now` is to be recorded, if `last` is what is recorded.
pub(super) fn is_due(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now >= last + RECORD_EVERY)
}
