//! Guesses at the codes of very many recipients: what is counted for each tenant, and what is suspected.

pub mod guesses;
mod hours;
mod verbs;
