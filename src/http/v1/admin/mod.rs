//! The operator looks after tenants: `/v1/admin`, for whoever has the operator token.

pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod refusals;
pub(crate) mod reports;
pub(crate) mod routes;
pub(crate) mod tenants;
pub(crate) mod view;
