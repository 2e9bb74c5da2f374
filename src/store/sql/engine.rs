//! What a database has to offer for the verbs to run over it.

use crate::store::Verb;

use super::failed::Result;
use super::group::Group;
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
    /// run more than once; only the last run counts.
    fn write<T: Send + 'static>(
        &self,
        wanted: Wanted,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;
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
