//! Operations that commit together.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::store::StoreError;
use crate::store::sql::engine::Urgency;
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::group::Group;
use crate::store::sql::needs::Needs;

use super::operation::Operation;

/// Operations that commit together.
#[derive(Default)]
pub struct Batch(Vec<Box<dyn Operation>>);

impl Batch {
    /// Returns the number of operations.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether one of them cannot wait for others.
    pub(super) fn is_urgent(&self) -> bool {
        self.0.iter().any(|operation| operation.urgency() != Urgency::Soon)
    }

    #[cfg(test)]
    pub(super) fn ends_with(&self, urgency: Urgency) -> bool {
        self.0.last().is_some_and(|last| last.urgency() == urgency)
    }

    pub(super) fn push(&mut self, operation: Box<dyn Operation>) {
        self.0.push(operation);
    }

    pub(super) fn extend(&mut self, operations: impl Iterator<Item = Box<dyn Operation>>) {
        self.0.extend(operations);
    }

    pub(super) fn put_in_front(&mut self, operations: Vec<Box<dyn Operation>>) {
        self.0.splice(..0, operations);
    }

    /// Returns what the operations need.
    pub fn needs(&self) -> impl Iterator<Item = Needs> {
        self.0.iter().map(|operation| operation.needs())
    }

    /// Takes the operations out, each alone.
    pub fn each_alone(&mut self) -> impl Iterator<Item = Self> {
        std::mem::take(&mut self.0).into_iter().map(|operation| Self(vec![operation]))
    }

    /// Applies the operations, in their order, up to the first that fails.
    pub fn apply(&mut self, group: &Group) -> Result<()> {
        for operation in &mut self.0 {
            // A panic in one operation must not end the thread for all others.
            let applied = catch_unwind(AssertUnwindSafe(|| operation.apply(group)));
            applied.unwrap_or_else(|_| Err(Failed::Operation("an operation panicked".into())))?;
        }
        Ok(())
    }

    /// Tells all callers that what they asked for is recorded. Returns what is to be carried out next: it
    /// releases what callers would have held who have gone.
    #[must_use]
    pub fn is_recorded(&mut self) -> Self {
        metrics::counter!("otpmint_commits_total").increment(1);
        metrics::histogram!("otpmint_commit_group_size").record(self.len() as f64);
        Self(self.0.drain(..).filter_map(|operation| operation.settle(Ok(()))).collect())
    }

    /// Tells all callers that nothing was recorded.
    pub fn is_refused(&mut self, error: StoreError) {
        for operation in self.0.drain(..) {
            // Nothing was recorded, so there is nothing to release.
            let _ = operation.settle(Err(error));
        }
    }

    /// Drops operations whose callers have gone: they were told that the store is not available, and ask again.
    pub fn drop_abandoned(&mut self) {
        self.0.retain(|operation| operation.is_awaited());
    }

    /// The same for operations that may have been recorded, except those whose outcome must be known all the same.
    pub fn drop_forsaken(&mut self) {
        self.0.retain(|operation| operation.is_awaited() || operation.must_be_known());
    }
}
