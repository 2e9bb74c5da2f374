//! Delivery, against real sockets: an honest mail server, a faulty one, and hostile ones.

mod composed;
mod failover;
mod faults;
mod health;
mod http_client;
mod kept;
mod localised;
mod log;
mod log_transport;
mod measured;
mod oauth;
mod outbox;
mod probing;
pub mod providers;
mod sandbox;
pub mod smpp;
mod support;
mod telling;
mod throughput;
mod tls;
