//! The requests to a server, and their pace.

pub(crate) mod cases;
pub(crate) mod client;
pub(crate) mod crowd;
pub(crate) mod driver;
pub(crate) mod flood;
pub(crate) mod pace;
pub(crate) mod percentiles;
pub(crate) mod recipients;
pub(crate) mod requests;
pub(crate) mod visits;
