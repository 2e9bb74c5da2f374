//! The store over an engine: what has one has all verbs.

use crate::store::Verb;

use super::engine::{Engine, Wanted};
use super::failed::Result;
use super::group::Group;
use super::tx::Tx;

/// A store over the engine `E`. Its verbs stand in the folders beside this file, once for all engines.
pub struct SqlStore<E> {
    pub engine: E,
}

// Not all of them are used before all verbs have moved here.
#[allow(dead_code)]
impl<E: Engine> SqlStore<E> {
    /// A short read.
    pub fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.read(run)
    }

    /// A read of many rows; given up when it takes too long.
    pub fn read_at_length<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.read_at_length(run)
    }

    /// Runs `run` in a transaction, and answers after it was committed. It may run more than once;
    /// only the last run counts.
    pub fn write<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Wanted::Now, run)
    }

    /// The same, but not begun when its caller has gone.
    pub fn write_if_awaited<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Wanted::WhileAwaited, run)
    }

    /// The same for what no request waits for: it does not begin a transaction as long as others do.
    pub fn write_soon<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Wanted::Soon, run)
    }
}
