//! Problems: the table of all, and the one map from refusals to them.

pub(crate) mod audience;
pub(crate) mod document;
pub(crate) mod entry;
pub(crate) mod problem;
pub(crate) mod refusals;
pub(crate) mod rejection;
pub(crate) mod table;
