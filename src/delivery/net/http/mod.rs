//! A small HTTP client (RFC 9112) for URLs that tenants name: one request over a connection of its
//! own, to an address that was checked.
//!
//! It follows no redirects, uses no proxy, keeps no cookies and unpacks nothing. A failure tells
//! whether the request may have arrived, which matters for requests that must not be repeated.

mod client;
mod failure;
mod limits;
mod meter;
mod request;
mod response;

pub use client::HttpClient;
pub use failure::{HttpError, HttpFailure, Written};
pub use limits::{BodyRule, HttpLimits};
pub use request::{HttpRequest, InvalidHeader, Method};
pub use response::HttpResponse;
