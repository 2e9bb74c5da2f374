//! Doubt about connections: once one was not answered in time, the others to the same place may be as dead. A machine
//! that dies says nothing, so each of them would have to wait for itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How often connections to a place have come into doubt.
#[derive(Clone, Default)]
pub struct Doubt(Arc<AtomicU64>);

/// The doubt at the moment in which a connection was opened.
pub(super) struct Opened {
    doubt: Doubt,
    at: u64,
}

impl Doubt {
    /// Notes that a connection is opened now.
    pub(super) fn open(&self) -> Opened {
        Opened { doubt: self.clone(), at: self.0.load(Ordering::Relaxed) }
    }
}

impl Opened {
    /// Casts doubt on this connection and on those that were opened before or about when it was.
    pub(super) fn cast(&self) {
        // If another one has cast it, those that were opened since are not meant.
        let _ = self.doubt.0.compare_exchange(self.at, self.at + 1, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Returns whether the connection is in doubt.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.doubt.0.load(Ordering::Relaxed) != self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_is_about_what_was_opened_before_it() {
        let place = Doubt::default();
        let [first, second] = [place.open(), place.open()];
        assert!(!first.is_in_doubt() && !second.is_in_doubt());
        first.cast();
        assert!(first.is_in_doubt() && second.is_in_doubt());
        let third = place.open();
        second.cast();
        assert!(!third.is_in_doubt());
    }
}
