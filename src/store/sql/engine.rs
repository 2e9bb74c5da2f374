//! The interface that a database must implement for the verbs.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::store::Verb;

use super::failed::Result;
use super::group::Group;
use super::needs::Needs;
use super::tx::Tx;

/// A database, with its connections and its way of committing.
pub trait Engine: Send + Sync {
    /// Runs a short read.
    fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;

    /// Runs a read of many rows, which must not delay short ones and is aborted after a time limit.
    fn read_at_length<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;

    /// Runs `run` in a transaction, together with others, and resolves after the commit. `run` may
    /// be called more than once; only the last call counts. An engine that loads rows on demand
    /// ignores `needs`.
    fn write<T: Send + 'static>(
        &self,
        urgency: Urgency,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;

    /// Returns a flag to be set inside an operation that has erased something: the data is then
    /// removed from the files too, after the operation.
    fn erased(&self) -> Arc<AtomicBool>;

    /// Returns whether the last write was recorded.
    fn is_healthy(&self) -> bool;
}

/// The urgency of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Immediately, in a transaction of its own if there is no other.
    Now,
    /// Immediately, but not at all if nobody waits for it any more.
    WhileAwaited,
    /// With the next transaction, or after a moment if there is none: no request waits for it.
    Soon,
}
