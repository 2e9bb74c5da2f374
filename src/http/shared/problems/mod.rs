//! What is answered instead of success: the problems, and the one map from refusals to them.

pub(crate) mod known;
pub(crate) mod problem;
pub(crate) mod refusals;
pub(crate) mod rejection;
