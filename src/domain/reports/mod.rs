//! Reports: the audit trail, and numbers about challenges and deliveries.

pub mod audit;
pub mod course;
mod histogram;
pub mod statistics;
