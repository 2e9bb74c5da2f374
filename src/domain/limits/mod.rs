//! Limits: the rules that refuse with 429, and a record of their refusals.

pub mod counters;
pub mod history;
pub mod hits;
pub mod limit;
pub mod named;
pub mod rate;
pub mod recipient;
pub mod redis_url;
pub mod rule;
pub mod standing;
