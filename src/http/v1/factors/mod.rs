//! `/v1/factors`: authenticator apps of the tenant's users.

pub(crate) mod body;
pub(crate) mod handlers;
pub(crate) mod resources;
pub(crate) mod view;
