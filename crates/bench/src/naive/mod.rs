//! A server as one would write it first, to compare with: a pool of connections, and a transaction for
//! each request.
//!
//! It works on a database that otpmint has made, is as durable, and does less: it asks for no secret key,
//! keeps no counters and sends no mails.

pub(crate) mod command;
mod mold;
mod server;
mod store;
