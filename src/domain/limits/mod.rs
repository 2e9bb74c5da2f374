//! Limits: rules that refuse with 429, and a record of those that did.

pub mod history;
pub mod hits;
pub mod limit;
pub mod rate;
pub mod recipient;
