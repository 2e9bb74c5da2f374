//! The API of Twilio Verify v2, for apps that use its SDKs: forms in, JSON out, Basic authentication, sids.

mod base_url;
mod basic;
mod error;
mod form;
mod list;
mod refusals;
pub(super) mod routes;
mod services;
mod verifications;
