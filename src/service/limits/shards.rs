//! A map from rules and subjects, locked in parts.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::limits::rule::{Rule, Subject};

/// The number of separately locked shards, so that threads seldom wait for each other.
const SHARDS: usize = 16;

/// A subject under a rule.
pub(super) type Counted = (Rule, Subject);

/// A map from rules and subjects.
#[derive(Debug)]
pub(super) struct Shards<V> {
    shards: [Mutex<HashMap<Counted, V>>; SHARDS],
    hasher: RandomState,
}

impl<V> Default for Shards<V> {
    fn default() -> Self {
        Self { shards: Default::default(), hasher: RandomState::default() }
    }
}

impl<V> Shards<V> {
    /// Locks the shard in which `key` is, if it is there.
    pub(super) fn lock(&self, key: &Counted) -> MutexGuard<'_, HashMap<Counted, V>> {
        let place = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or_default();
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops every entry that need not be kept, and gives its memory back.
    pub(super) fn retain(&self, is_needed: impl Fn(&Counted, &V) -> bool) {
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.retain(|key, value| is_needed(key, value));
            shard.shrink_to_fit();
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().len()).sum()
    }
}
