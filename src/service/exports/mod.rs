//! Exports: all that a tenant owns, without secrets and without keyed hashes.

mod export;
pub(in crate::service) mod exporting;
mod source;

pub use export::{Export, ExportFailed, ExportPart, ExportedTenant};
pub use exporting::Exports;
