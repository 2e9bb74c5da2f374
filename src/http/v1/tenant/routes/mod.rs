//! `/v1/tenant/routes`: the tenant's ways to send, whatever their transport.

pub(crate) mod body;
mod description;
pub(crate) mod handlers;
mod located;
mod settings_shapes;
pub(crate) mod view;

pub use body::read_route;
pub(crate) use located::located;
