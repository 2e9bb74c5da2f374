//! The operator: who has proved to be one, and what one does about tenants.

pub(in crate::service) mod administration;
pub(in crate::service) mod identity;

pub use administration::{Administration, LimitsChange, OperatorChange, TenantOverview};
pub use identity::Operator;
