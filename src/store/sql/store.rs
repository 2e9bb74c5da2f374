//! The store over an engine: every engine gets all verbs.

use std::sync::Mutex;

use crate::domain::node::Node;
use crate::store::Verb;

use super::challenges::cursor::Cursor;
use super::engine::{Engine, Urgency};
use super::failed::Result;
use super::group::Group;
use super::needs::Needs;
use super::tx::Tx;

/// A store over the engine `E`. Its verbs are in the folders beside this file, once for all engines.
pub struct SqlStore<E> {
    pub(super) engine: E,
    /// The node that writes.
    pub(super) node: Node,
    /// How far sweeping has got.
    pub(super) sweep_cursor: Mutex<Cursor>,
}

impl<E: Engine> SqlStore<E> {
    /// Creates the store of `node` over an engine.
    pub fn over(engine: E, node: Node) -> Self {
        Self { engine, node, sweep_cursor: Mutex::default() }
    }

    /// Runs a short read.
    pub(super) fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.read(run)
    }

    /// Runs a read of many rows, which is aborted if it takes too long.
    pub(super) fn read_at_length<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.read_at_length(run)
    }

    /// Runs `run` in a transaction, and resolves after the commit. `run` may be called more than
    /// once; only the last call counts. It may query the database freely.
    pub(super) fn write<T: Send + 'static>(
        &self,
        mut run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Urgency::Now, Needs::Anything, move |group| {
            group.write_and_release()?;
            let value = run(group)?;
            group.write_and_release()?;
            Ok(value)
        })
    }

    /// Runs an operation that accesses challenges and recipients only through the unit of work.
    pub(super) fn write_held<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Urgency::Now, needs, run)
    }

    /// Runs such an operation, but does not begin it if its caller has gone.
    pub(super) fn write_if_awaited<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Urgency::WhileAwaited, needs, run)
    }

    /// Runs such an operation, for which no request waits: it does not begin a transaction while
    /// others do.
    pub(super) fn write_soon<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Urgency::Soon, needs, run)
    }
}
