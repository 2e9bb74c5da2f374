//! The store over an engine: what has one has all verbs.

use std::sync::Mutex;

use crate::domain::node::Node;
use crate::store::Verb;

use super::challenges::Cursor;
use super::engine::{Engine, Wanted};
use super::failed::Result;
use super::group::Group;
use super::needs::Needs;
use super::tx::Tx;

/// A store over the engine `E`. Its verbs stand in the folders beside this file, once for all engines.
pub struct SqlStore<E> {
    pub(super) engine: E,
    /// Who writes with it.
    pub(super) node: Node,
    /// How far sweeping has come.
    pub(super) swept: Mutex<Cursor>,
}

impl<E: Engine> SqlStore<E> {
    /// The store of `node` over an engine.
    pub fn over(engine: E, node: Node) -> Self {
        Self { engine, node, swept: Mutex::default() }
    }

    /// A short read.
    pub(super) fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.read(run)
    }

    /// A read of many rows; given up when it takes too long.
    pub(super) fn read_at_length<T: Send + 'static>(
        &self,
        run: impl FnOnce(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.read_at_length(run)
    }

    /// Runs `run` in a transaction, and answers after it was committed. It may run more than once;
    /// only the last run counts. It may ask the database whatever it likes.
    pub(super) fn write<T: Send + 'static>(
        &self,
        mut run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Wanted::Now, Needs::Anything, move |group| {
            group.let_go()?;
            let value = run(group)?;
            group.let_go()?;
            Ok(value)
        })
    }

    /// The same for what looks at challenges and recipients through the unit of work alone.
    pub(super) fn write_held<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Wanted::Now, needs, run)
    }

    /// The same, but not begun when its caller has gone.
    pub(super) fn write_if_awaited<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Wanted::WhileAwaited, needs, run)
    }

    /// The same for what no request waits for: it does not begin a transaction as long as others do.
    pub(super) fn write_soon<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Wanted::Soon, needs, run)
    }
}
