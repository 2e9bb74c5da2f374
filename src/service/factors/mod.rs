//! Factors: authenticator apps of the users of tenants.

mod answering;
mod enrolling;
mod entity;
mod hosted;
mod recovery;
mod sealed;
pub(in crate::service) mod tenant_factors;

pub use answering::{CheckRequest, Checked, Confirmed};
pub use enrolling::{Enrolled, Enrolment, SecretSource};
pub use hosted::{FactorPage, FactorPageState, PageConfirmed, PageWish};
pub use tenant_factors::{Factors, FoundFactor};
