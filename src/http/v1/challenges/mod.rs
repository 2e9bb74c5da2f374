//! Challenges: mint, read, verify, resend, cancel, and the results of hosted pages.

mod autofill;
pub(crate) mod found_view;
pub(crate) mod handlers;
pub(crate) mod mint_body;
pub(crate) mod public;
pub(crate) mod public_view;
mod resend_body;
pub(crate) mod resources;
pub(crate) mod results;
pub(crate) mod verify_body;
pub(crate) mod view;
