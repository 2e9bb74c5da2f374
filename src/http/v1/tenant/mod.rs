//! `/v1/tenant`: the tenant manages itself, with keys that have the scope `manage`.

pub(crate) mod erasure;
pub(crate) mod key_views;
pub(crate) mod keys;
pub(crate) mod logo;
mod mints_view;
pub(crate) mod phone;
mod policy;
pub(crate) mod profile;
pub(crate) mod recipients;
pub(crate) mod reports;
pub(crate) mod resources;
pub(crate) mod routes;
pub(crate) mod search;
pub(crate) mod smtp;
pub(crate) mod spray_view;
pub(crate) mod view;

pub use routes::read_route;
