//! Certificates that the server gets by itself, from an authority that speaks ACME (RFC 8555).

mod authority;
mod order;
mod plan;
mod renewal;

pub(super) use renewal::Renewal;
