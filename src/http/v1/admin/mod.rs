//! `/v1/admin`: the operator manages tenants, with an operator token.

pub(crate) mod deletion;
pub(crate) mod keys;
pub(crate) mod limits;
pub(crate) mod nodes;
mod recipients;
pub(crate) mod reports;
pub(crate) mod resources;
pub(crate) mod tenants;
pub(crate) mod token_views;
pub(crate) mod tokens;
pub(crate) mod view;
