//! The server's own routes: health, metrics, receipt keys, explanations of problems, and the pages about the API.

pub(crate) mod description;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod plain;
pub(crate) mod problems;
pub(crate) mod receipt_keys;
pub(crate) mod routes;
