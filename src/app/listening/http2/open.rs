//! The requests of a connection that are not answered yet.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Waker};

/// The requests of a connection that are not answered yet. One that its client has reset counts until its work is
/// done: otherwise resets would make room for more work than a connection may cause.
#[derive(Default)]
pub(super) struct Open {
    count: Cell<u32>,
    connection: RefCell<Option<Waker>>,
}

impl Open {
    /// How many there are. The task is woken when there is one less.
    pub(super) fn count(&self, cx: &mut Context<'_>) -> u32 {
        let mut connection = self.connection.borrow_mut();
        match connection.as_mut() {
            Some(waker) => waker.clone_from(cx.waker()),
            None => *connection = Some(cx.waker().clone()),
        }
        self.count.get()
    }

    /// One more, until the result is dropped.
    pub(super) fn begin(self: &Rc<Self>) -> OpenRequest {
        self.count.set(self.count.get() + 1);
        OpenRequest(Rc::clone(self))
    }
}

/// A request that is not answered yet.
pub(super) struct OpenRequest(Rc<Open>);

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.0.count.set(self.0.count.get() - 1);
        if let Some(waker) = self.0.connection.borrow_mut().take() {
            waker.wake();
        }
    }
}
