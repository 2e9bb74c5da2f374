//! The operations that are queued for the writing thread.

use tokio::sync::oneshot;

use crate::store::StoreError;
use crate::store::sql::engine::Urgency;
use crate::store::sql::failed::Failed;
use crate::store::sql::group::Group;

/// A queued operation: applied, possibly more than once, then settled with the result.
pub(super) trait Operation: Send {
    fn urgency(&self) -> Urgency;
    fn apply(&mut self, group: &Group) -> Result<(), Failed>;
    fn settle(self: Box<Self>, result: Result<(), StoreError>);
}

/// A closure with the caller that waits for its value.
pub(super) struct Write<F, T> {
    urgency: Urgency,
    run: F,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Write<F, T> {
    /// An operation that sends the value of `run` to `reply` after the COMMIT.
    pub(super) fn new(urgency: Urgency, run: F, reply: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self { urgency, run, value: None, reply }
    }
}

impl<F, T> Operation for Write<F, T>
where
    F: FnMut(&Group) -> Result<T, Failed> + Send,
    T: Send,
{
    fn urgency(&self) -> Urgency {
        self.urgency
    }

    fn apply(&mut self, group: &Group) -> Result<(), Failed> {
        if self.urgency != Urgency::WhileAwaited || !self.reply.is_closed() {
            self.value = Some((self.run)(group)?);
        }
        Ok(())
    }

    fn settle(self: Box<Self>, result: Result<(), StoreError>) {
        let Self { value, reply, .. } = *self;
        // The receiver may be gone; what was written stays written.
        let _ = reply.send(result.and_then(|()| value.ok_or(StoreError::Unavailable)));
    }
}
