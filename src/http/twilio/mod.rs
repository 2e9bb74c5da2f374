//! The API of Twilio Verify v2, for apps that use its SDKs: forms in, JSON out, Basic authentication, sids.

mod attempts;
mod base_url;
mod basic;
mod error;
mod factors;
mod form;
mod list;
mod messaging;
mod rate_limits;
mod refusals;
mod resource;
pub(super) mod routes;
mod safe_list;
mod services;
mod templates;
mod verifications;
mod webhooks;
