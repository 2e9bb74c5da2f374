//! What the parts of exports are read from.

use std::sync::Arc;

use crate::domain::time::Clock;
use crate::service::factors::Factors;
use crate::service::parts::Parts;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::store::Store;

/// What the parts of exports are read from.
pub(super) struct ExportSource {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) rules: Arc<Rules>,
    /// Opens factors.
    pub(super) factors: Factors,
}

impl ExportSource {
    pub(super) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            rules: Arc::clone(&parts.rules),
            factors: Factors::new(parts, shared),
        }
    }
}
