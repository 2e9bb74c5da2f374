//! Requests under way, and whether more are welcome.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Requests under way, and whether more are welcome.
#[derive(Debug, Default)]
pub struct Traffic {
    draining: AtomicBool,
    under_way: AtomicUsize,
}

impl Traffic {
    /// From now on new requests are told to go elsewhere.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// Requests that have been let in and not yet answered.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::SeqCst)
    }

    /// Whether new requests are told to go elsewhere.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    /// Lets a request in, unless the server is draining.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Permit> {
        // Counted before looked: a drain that begins in between waits for this request.
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let permit = Permit(Arc::clone(self));
        (!self.is_draining()).then_some(permit)
    }
}

/// A request under way.
pub(crate) struct Permit(Arc<Traffic>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}
