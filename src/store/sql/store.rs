//! The store over an engine: every engine gets all verbs.

use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock};

use crate::domain::membership::Membership;
use crate::domain::node::Node;
use crate::store::{Conditions, StoreError, Verb};
use crate::telemetry::traces::VerbSpan;

use super::challenges::cursor::Cursor;
use super::conditions;
use super::engine::{Engine, Release, Terms, Urgency};
use super::failed::Result;
use super::group::Group;
use super::needs::Needs;
use super::tenants::deletion::DeletionCursor;
use super::tx::Tx;

/// A store over the engine `E`. Its verbs are in the folders beside this file, once for all engines.
pub struct SqlStore<E> {
    core: Arc<StoreCore<E>>,
    /// The conditions of every change through this value.
    conditions: Option<Conditions>,
}

/// What a store consists of, whatever the conditions.
pub struct StoreCore<E> {
    pub(super) engine: E,
    /// The node that writes.
    pub(super) node: Node,
    /// How far sweeping has got.
    pub(super) sweep_cursor: Mutex<Cursor>,
    /// How far the deletion of a tenant has got.
    pub(super) deletion_cursor: Mutex<DeletionCursor>,
    /// Whether this process may write; without it, it may.
    pub(super) membership: OnceLock<Arc<Membership>>,
}

impl<E: Engine> SqlStore<E> {
    /// Creates the store of `node` over an engine.
    pub fn over(engine: E, node: Node) -> Self {
        let core = StoreCore {
            engine,
            node,
            sweep_cursor: Mutex::default(),
            deletion_cursor: Mutex::default(),
            membership: OnceLock::new(),
        };
        Self { core: Arc::new(core), conditions: None }
    }

    /// Returns the same store under these conditions.
    pub(super) fn with_conditions(&self, conditions: Conditions) -> Self {
        Self { core: Arc::clone(&self.core), conditions: Some(conditions) }
    }

    /// Runs a short read. `run` may be called more than once.
    pub(super) fn read<T: Send + 'static>(
        &self,
        run: impl Fn(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        let span = VerbSpan::read(E::SYSTEM, &run);
        span.around(|| self.engine.read(run))
    }

    /// Runs a read of many rows, likewise, which is aborted if it takes too long.
    pub(super) fn read_at_length<T: Send + 'static>(
        &self,
        run: impl Fn(&dyn Tx) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        let span = VerbSpan::read(E::SYSTEM, &run);
        span.around(|| self.engine.read_at_length(run))
    }

    /// Runs `run` in a transaction, and resolves after the commit. `run` may be called more than
    /// once; only the last call counts. It may query the database freely.
    pub(super) fn write<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.queue(Self::terms(Urgency::Now, Needs::Anything, &run), querying(run))
    }

    /// Runs an operation that queries no more than one row even if this process is not a current node: it is
    /// about nodes, and must not wait for long operations.
    pub(super) fn write_row_anyway<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Self::terms(Urgency::Now, Needs::NOTHING, &run), run)
    }

    /// Runs an operation that queries the database freely, likewise.
    pub(super) fn write_anyway<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.engine.write(Self::terms(Urgency::Now, Needs::Anything, &run), querying(run))
    }

    /// The same for what no request waits for and may take long.
    pub(super) fn write_unhurried<T: Send + 'static>(
        &self,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.queue(Self::terms(Urgency::Soon, Needs::Anything, &run), querying(run))
    }

    /// Runs an operation that accesses challenges and recipients only through the unit of work.
    pub(super) fn write_held<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.queue(Self::terms(Urgency::Now, needs, &run), run)
    }

    /// Runs such an operation, by whose value its caller holds something. `release` gives that back if the
    /// caller has gone when the operation is recorded.
    pub(super) fn write_holding<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
        release: impl FnMut(&Group, &T) -> Result<()> + Send + 'static,
    ) -> Verb<'static, T> {
        let terms = Self::terms(Urgency::Now, needs, &run);
        self.queue(Terms { release: Some(Box::new(release)), ..terms }, run)
    }

    /// Runs such an operation, but does not begin it if its caller has gone.
    pub(super) fn write_if_awaited<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.queue(Self::terms(Urgency::WhileAwaited, needs, &run), run)
    }

    /// Runs such an operation, for which no request waits: it does not begin a transaction while
    /// others do.
    pub(super) fn write_soon<T: Send + 'static>(
        &self,
        needs: Needs,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        self.queue(Self::terms(Urgency::Soon, needs, &run), run)
    }

    /// Returns the terms of an operation, with the span of the verb that made `run`.
    fn terms<T>(urgency: Urgency, needs: Needs, run: &impl FnMut(&Group) -> Result<T>) -> Terms<T> {
        Terms { span: VerbSpan::queued(E::SYSTEM, run), ..Terms::of(urgency, needs) }
    }

    /// Queues an operation, unless this process is not a current node: others may have taken over what it
    /// holds, or its clock is wrong.
    fn queue<T: Send + 'static>(
        &self,
        terms: Terms<T>,
        run: impl FnMut(&Group) -> Result<T> + Send + 'static,
    ) -> Verb<'static, T> {
        if self.membership.get().is_some_and(|membership| !membership.is_current()) {
            return Box::pin(std::future::ready(Err(StoreError::Unavailable)));
        }
        let Some(conditions) = self.conditions.clone() else { return self.engine.write(terms, run) };
        let (terms, mut run) = (conditional(terms), run);
        let decided =
            self.engine.write(terms, move |group| conditions::carry_out(group, &conditions, &mut run));
        Box::pin(async move { decided.await? })
    }
}

/// Gives access to what a store consists of.
impl<E> Deref for SqlStore<E> {
    type Target = StoreCore<E>;

    fn deref(&self) -> &StoreCore<E> {
        &self.core
    }
}

/// Returns the terms of an operation that is carried out under conditions: if they do not hold, its caller holds
/// nothing.
fn conditional<T: 'static>(terms: Terms<T>) -> Terms<Result<T, StoreError>> {
    let Terms { urgency, needs, release, span } = terms;
    let release = release.map(|mut release| -> Release<Result<T, StoreError>> {
        Box::new(move |group, decided| decided.as_ref().map_or(Ok(()), |value| release(group, value)))
    });
    Terms { urgency, needs, release, span }
}

/// Returns an operation that may query the database freely: changes in memory are written before it, and what
/// is held afterwards is reloaded.
fn querying<T>(
    mut run: impl FnMut(&Group) -> Result<T> + Send + 'static,
) -> impl FnMut(&Group) -> Result<T> + Send + 'static {
    move |group| {
        group.write_and_release()?;
        let value = run(group)?;
        group.write_and_release()?;
        Ok(value)
    }
}
