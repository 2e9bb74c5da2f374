//! Running requests, and whether the server accepts more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Running requests, and whether the server accepts more.
#[derive(Debug, Default)]
pub struct Traffic {
    draining: AtomicBool,
    under_way: AtomicUsize,
}

impl Traffic {
    /// From now on, new requests are refused.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::SeqCst);
    }

    /// The number of requests that were admitted and are not yet answered.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::SeqCst)
    }

    /// Whether new requests are refused.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::SeqCst)
    }

    /// Admits a request, unless the server is draining.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<RequestGuard> {
        // Counted before the check: a drain that begins in between waits for this request.
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let permit = RequestGuard(Arc::clone(self));
        (!self.is_draining()).then_some(permit)
    }
}

/// A running request.
pub(crate) struct RequestGuard(Arc<Traffic>);

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}
