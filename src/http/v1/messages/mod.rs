//! Messages with codes that the tenant has made and checks itself.

mod body;
mod handlers;
pub(crate) mod hooks;
pub(crate) mod resources;
pub(crate) mod view;
