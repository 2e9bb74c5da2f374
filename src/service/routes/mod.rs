//! Routes: a tenant's ways to send.

mod check;
mod happened;
mod login_ledger;
pub(in crate::service) mod outbound;
mod sample;
mod sealed_login;
mod sealed_provider;
pub(in crate::service) mod sealed_routes;
pub(in crate::service) mod senders;
mod single;
pub(in crate::service) mod tenant_routes;

pub use check::Candidate;
pub use login_ledger::StoreLoginLedger;
pub use sealed_routes::sender;
pub use single::{RouteChange, TenantRoute};
pub use tenant_routes::{RouteRefusal, Routes, TenantRoutes};
