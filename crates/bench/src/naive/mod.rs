//! A naive server for comparison: a pool of connections, and a transaction for each request.
//!
//! It works on a database that otpmint has created, is equally durable, and does less: it requires no secret
//! key, keeps no counters and sends no mails.

pub(crate) mod command;
mod mold;
mod server;
mod store;
