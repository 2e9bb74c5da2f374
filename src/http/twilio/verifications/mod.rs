//! Verifications, and checks of their codes.

mod body;
pub(super) mod handlers;
mod view;
