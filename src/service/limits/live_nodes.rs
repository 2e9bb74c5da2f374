//! How many nodes serve at present.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many nodes serve at present, this one included: each takes that part of a rate while they
/// cannot count together. Whoever knows the leases of the nodes sets it. Clones are the same number.
#[derive(Clone, Debug)]
pub struct LiveNodes(Arc<AtomicU32>);

impl Default for LiveNodes {
    /// One node, until somebody knows better.
    fn default() -> Self {
        Self(Arc::new(AtomicU32::new(1)))
    }
}

impl LiveNodes {
    /// Sets the number of nodes, at least one.
    pub fn set(&self, nodes: u32) {
        self.0.store(nodes.max(1), Ordering::Relaxed);
    }

    /// Returns the number of nodes, at least one.
    pub fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}
