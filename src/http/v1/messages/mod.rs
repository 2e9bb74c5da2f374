//! Messages with codes that the tenant has made and checks itself.

mod body;
mod handlers;
mod hooks;
pub(crate) mod resources;
pub(crate) mod view;
