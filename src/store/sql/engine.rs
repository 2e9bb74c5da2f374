//! The interface that a database must implement for the verbs.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::domain::time::Timestamp;
use crate::store::{MigrationProgress, Verb};
use crate::telemetry::traces::VerbSpan;

use super::failed::Result;
use super::group::Group;
use super::needs::Needs;
use super::tx::Tx;

/// A database, with its connections and its way of committing.
pub trait Engine: Send + Sync + 'static {
    /// What it is, in the words of OpenTelemetry (`db.system.name`).
    const SYSTEM: &'static str;

    /// Runs a short read. `run` may be called more than once.
    fn read<T: Send + 'static>(
        &self,
        run: impl Fn(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;

    /// Runs a read of many rows, whose statements all see the same state. It must not delay short ones, and is aborted
    /// after a time limit.
    fn read_at_length<T: Send + 'static>(
        &self,
        run: impl Fn(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;

    /// Runs `run` in a transaction, together with others, and resolves after the commit. `run` may
    /// be called more than once; only the last call counts.
    fn write<T: Send + 'static>(
        &self,
        terms: Terms<T>,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T>;

    /// Returns a flag to be set inside an operation that has erased something: the data is then
    /// removed from the files too, after the operation.
    fn erased(&self) -> Arc<AtomicBool>;

    /// Returns the time of the database's own clock; `None` if it has none but this machine's.
    fn time(&self) -> Verb<'static, Option<Timestamp>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Sees to it that once this is done no transaction of any node writes a row of the audit trail with an identity
    /// below `until`. Nothing is to be done where transactions come one after the other: those after a seal see it.
    fn raise_audit_floor(&self, until: i64) -> Verb<'static, ()> {
        let _ = until;
        Box::pin(std::future::ready(Ok(())))
    }

    /// Does a part of what is left of migrations that run beside the nodes. An engine that one process has for
    /// itself runs all of them when it is opened.
    fn migrate_on(&self) -> Verb<'static, MigrationProgress> {
        Box::pin(std::future::ready(Ok(MigrationProgress::Nothing)))
    }

    /// Returns whether the last write was recorded.
    fn is_healthy(&self) -> bool;
}

/// What an engine knows of an operation beforehand.
pub struct Terms<T> {
    pub urgency: Urgency,
    /// Ignored by an engine that loads rows on demand.
    pub needs: Needs,
    pub release: Option<Release<T>>,
    pub span: VerbSpan,
}

/// Releases what the caller of an operation would hold by its value, if that one has gone when the operation
/// is recorded: nobody else would ever do it.
pub type Release<T> = Box<dyn FnMut(&Group, &T) -> Result<()> + Send>;

impl<T> Terms<T> {
    /// The terms of an operation whose value nobody has to take.
    pub const fn of(urgency: Urgency, needs: Needs) -> Self {
        Self { urgency, needs, release: None, span: VerbSpan::NONE }
    }
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
