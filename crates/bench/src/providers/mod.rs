//! Providers of text messages on this machine: they answer at once, or not at all, and keep nothing.

pub(crate) mod centre;
pub(crate) mod gateway;
mod listening;
