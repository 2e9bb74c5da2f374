//! The mail catcher, spoken to over real sockets.

#[path = "catcher/client.rs"]
mod client;
#[path = "catcher/faults.rs"]
mod faults;
#[path = "catcher/smtp.rs"]
mod smtp;
