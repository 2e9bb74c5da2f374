//! A private PostgreSQL: one server for all tests of a process, and a schema for each test; or a primary and its
//! standby.

pub mod pair;
pub mod schema;
pub mod server;
pub mod session;
