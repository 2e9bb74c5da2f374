//! The operations that are queued for a writing thread.

use tokio::sync::oneshot;

use crate::store::StoreError;
use crate::store::sql::engine::{Release, Terms, Urgency};
use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::group::Group;
use crate::store::sql::needs::Needs;

/// A queued operation: applied, possibly more than once, then settled with the result.
pub trait Operation: Send {
    fn urgency(&self) -> Urgency;
    /// Returns the rows to load before it is applied.
    fn needs(&self) -> Needs;
    /// Returns whether it matters to anybody any more. What no request waits for always does.
    fn is_awaited(&self) -> bool;
    /// Returns whether, once it may have been recorded, its outcome matters even if its caller has gone.
    fn must_be_known(&self) -> bool;
    fn apply(&mut self, group: &Group) -> Result<()>;
    /// Tells its caller the result. If that one has gone and would hold something, returns the operation that
    /// releases it.
    fn settle(self: Box<Self>, result: Result<(), StoreError>) -> Option<Box<dyn Operation>>;
}

/// A closure with the caller that waits for its value.
pub struct Write<F, T> {
    terms: Terms<T>,
    run: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Write<F, T> {
    /// An operation that sends the value of `run` to `reply` after the COMMIT.
    pub fn new(terms: Terms<T>, run: F, reply: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self { terms, run, value: None, reply }
    }
}

impl<F, T> Operation for Write<F, T>
where
    F: FnMut(&Group) -> Result<T> + Send,
    T: Send + 'static,
{
    fn urgency(&self) -> Urgency {
        self.terms.urgency
    }

    fn needs(&self) -> Needs {
        self.terms.needs.clone()
    }

    fn is_awaited(&self) -> bool {
        self.terms.urgency == Urgency::Soon || !self.reply.is_closed()
    }

    fn must_be_known(&self) -> bool {
        self.terms.release.is_some()
    }

    fn apply(&mut self, group: &Group) -> Result<(), Failed> {
        if self.terms.urgency != Urgency::WhileAwaited || !self.reply.is_closed() {
            let Self { terms, run, .. } = self;
            self.value = Some(terms.span.apply(|| run(group))?);
        }
        Ok(())
    }

    fn settle(self: Box<Self>, result: Result<(), StoreError>) -> Option<Box<dyn Operation>> {
        let Self { terms: Terms { release, span, .. }, value, reply, .. } = *self;
        span.settled(result.is_ok());
        let told = reply.send(result.and_then(|()| value.ok_or(StoreError::Unavailable)));
        // If the receiver is gone, what was written stays written.
        let untold = told.err().and_then(Result::ok);
        let (value, release) = untold.zip(release)?;
        Some(Box::new(Releasing { value, release }))
    }
}

/// Releases what a caller would hold that has gone.
struct Releasing<T> {
    value: T,
    release: Release<T>,
}

impl<T: Send> Operation for Releasing<T> {
    fn urgency(&self) -> Urgency {
        Urgency::Soon
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    fn is_awaited(&self) -> bool {
        true
    }

    fn must_be_known(&self) -> bool {
        true
    }

    fn apply(&mut self, group: &Group) -> Result<()> {
        (self.release)(group, &self.value)
    }

    fn settle(self: Box<Self>, result: Result<(), StoreError>) -> Option<Box<dyn Operation>> {
        if let Err(error) = result {
            tracing::error!(%error, "what nobody waited for could not be released before the next start");
        }
        None
    }
}
