//! Reports: the audit trail, and numbers about challenges and deliveries.

pub mod actor;
pub mod audit;
pub mod audit_seal;
pub mod course;
mod histogram;
pub mod statistics;
