//! Operators: their tokens and identity, and their management of tenants.

pub(in crate::service) mod administration;
mod changing;
mod deletion;
pub(in crate::service) mod identity;
mod named_tokens;
pub(in crate::service) mod token;

pub use administration::{Administration, LimitsChange, OperatorChange, TenantOverview};
pub use identity::Operator;
pub use named_tokens::NewToken;
pub use token::OperatorTokens;
