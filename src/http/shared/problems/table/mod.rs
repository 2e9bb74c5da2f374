//! The one table of problems, by theme: each problem is one entry.

pub(crate) mod challenges;
pub(crate) mod deliveries;
pub(crate) mod factors;
pub(crate) mod limits;
pub(crate) mod operators;
pub(crate) mod requests;
pub(crate) mod tenants;
