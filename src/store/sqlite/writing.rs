//! The ways to the writer, for the verbs that have not moved to `store/sql` yet.

use crate::store::Verb;
use crate::store::sql::engine::Wanted;
use crate::store::sql::failed::Failed;

use super::group::Group;
use super::writer::Writer;

impl Writer {
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
}
