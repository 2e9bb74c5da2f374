//! Guesses at the codes of very many recipients: when they are weighed, and what somebody orders.

pub mod orders;
pub mod watch;
