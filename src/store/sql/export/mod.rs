//! Exporting a tenant.

mod owned;
mod parts;
