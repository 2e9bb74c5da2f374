//! Services.

mod body;
pub(super) mod handlers;
mod view;
