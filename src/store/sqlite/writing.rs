//! What writes: the one thread with group commit, or, to be compared with it, the naive pool.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::store::Verb;
use crate::store::sql::engine::Wanted;
use crate::store::sql::failed::Failed;

use super::group::Group;
use super::naive::NaivePool;
use super::writer::Writer;

/// What writes.
pub(super) enum Writing {
    /// One thread, with group commit.
    Grouped(Writer),
    /// Each request by itself.
    Naive(NaivePool),
}

impl Writing {
    /// Runs `run` in a transaction, and answers after it was committed. It may run more than once;
    /// only the last run counts.
    pub(super) fn write<T: Send + 'static>(
        &self,
        mut run: impl FnMut(&Group) -> rusqlite::Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.queue(Wanted::Now, move |group| run(group).map_err(Failed::from))
    }

    /// The same, but not begun when its caller has gone.
    pub(super) fn write_if_awaited<T: Send + 'static>(
        &self,
        mut run: impl FnMut(&Group) -> rusqlite::Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.queue(Wanted::WhileAwaited, move |group| run(group).map_err(Failed::from))
    }

    /// The same for what no request waits for: it does not begin a transaction as long as others do.
    pub(super) fn write_soon<T: Send + 'static>(
        &self,
        mut run: impl FnMut(&Group) -> rusqlite::Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.queue(Wanted::Soon, move |group| run(group).map_err(Failed::from))
    }

    /// The naive pool begins everything, and at once.
    pub(super) fn queue<T: Send + 'static>(
        &self,
        wanted: Wanted,
        run: impl FnMut(&Group) -> Result<T, Failed> + Send + 'static,
    ) -> Verb<'static, T> {
        match self {
            Self::Grouped(writer) => writer.queue(wanted, run),
            Self::Naive(pool) => pool.write(run),
        }
    }

    /// Set inside an operation, it has the WAL folded into the database afterwards; not by the
    /// naive pool, which leaves that to SQLite.
    pub(super) fn fold_flag(&self) -> Arc<AtomicBool> {
        match self {
            Self::Grouped(writer) => writer.fold_flag(),
            Self::Naive(_) => Arc::default(),
        }
    }

    /// Whether the store could record, when it last had to.
    pub(super) fn is_healthy(&self) -> bool {
        match self {
            Self::Grouped(writer) => writer.is_healthy(),
            Self::Naive(_) => true,
        }
    }
}
