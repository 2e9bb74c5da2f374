//! Statistics and the audit trail: what the tenant's routes and the operator's share.

pub(crate) mod audit;
pub(crate) mod csv;
pub(crate) mod statistics;
pub(crate) mod statistics_query;
