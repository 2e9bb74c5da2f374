//! The mail catcher, over real sockets.

mod client;
mod faults;
mod inbox;
mod smtp;
mod trouble;
