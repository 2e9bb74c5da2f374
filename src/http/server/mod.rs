//! What the server tells of itself: health, metrics, receipt keys, problems and the pages about the API.

pub(crate) mod description;
pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod problems;
pub(crate) mod receipt_keys;
pub(crate) mod routes;
