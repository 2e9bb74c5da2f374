//! Spray: guesses at the codes of very many recipients, each within its limits.

pub mod answers;
pub mod luck;
pub mod rules;
pub mod suspicion;
pub mod weigh;
