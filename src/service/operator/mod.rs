//! Operators: their identity, and their management of tenants.

pub(in crate::service) mod administration;
pub(in crate::service) mod identity;

pub use administration::{Administration, LimitsChange, OperatorChange, TenantOverview};
pub use identity::Operator;
