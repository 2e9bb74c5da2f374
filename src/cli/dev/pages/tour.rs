//! What the landing page shows about this run.

use std::sync::{Arc, OnceLock};

use actix_web::{Result, error};

use crate::cli::dev::steps::Addresses;
use crate::http::RenderMetrics;

/// What the landing page shows about this run.
#[derive(Clone)]
pub(in crate::cli::dev) struct Tour {
    addresses: Arc<OnceLock<Addresses>>,
    pub(super) metrics: RenderMetrics,
}

impl Tour {
    /// Starts empty; [`Tour::open`] fills it.
    pub(in crate::cli::dev) fn new(metrics: RenderMetrics) -> Self {
        Self { addresses: Arc::default(), metrics }
    }

    /// Fills it, once the server is running.
    pub(in crate::cli::dev) fn open(&self, addresses: Addresses) {
        // It is filled once.
        let _ = self.addresses.set(addresses);
    }

    /// All addresses.
    pub(super) fn addresses(&self) -> Result<Addresses> {
        self.addresses.get().copied().ok_or_else(|| error::ErrorServiceUnavailable("starting; try again\n"))
    }
}
