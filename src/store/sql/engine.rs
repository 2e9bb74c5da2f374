//! What a database has to offer for the verbs to run over it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::store::Verb;

use super::failed::Result;
use super::group::Group;
use super::needs::Needs;
use super::tx::Tx;

/// A database, with its connections and its way to commit.
pub trait Engine: Send + Sync {
    /// A short read.
    fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;

    /// A read of many rows, which must not keep short ones waiting and is given up after a while.
    fn read_at_length<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;

    /// Runs `run` in a transaction, together with others, and answers after it was committed. It may
    /// run more than once; only the last run counts. An engine that loads rows when they are asked for
    /// has no use for `needs`.
    fn write<T: Send + 'static>(
        &self,
        wanted: Wanted,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;

    /// Set inside an operation: what it has erased is to be gone from the files behind it.
    fn erased(&self) -> Arc<AtomicBool>;

    /// Whether the last write was recorded.
    fn is_healthy(&self) -> bool;
}

/// When an operation is to be carried out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// At once, in a transaction of its own if there is no other.
    Now,
    /// The same, but not at all when nobody waits for it any more.
    WhileAwaited,
    /// With the next transaction, or when none comes for a moment: no request waits for it.
    Soon,
}
