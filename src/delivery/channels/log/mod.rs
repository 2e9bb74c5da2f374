//! The `log` transport: hands messages to the inbox of `otpmint dev`. A server without an inbox has no such
//! channel.

mod caught;
mod channel;

pub use channel::LogChannel;
