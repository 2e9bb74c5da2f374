//! The environment of a load: the server, its data, a mail server, and meters.

pub(crate) mod handover;
pub(crate) mod meters;
pub(crate) mod metrics;
pub(crate) mod preload;
pub(crate) mod preloaded;
pub(crate) mod processes;
pub(crate) mod program;
pub(crate) mod server;
pub(crate) mod setup;
pub(crate) mod stand;
pub(crate) mod tenants;
