//! The mail catcher, over real sockets.

#[path = "catcher/client.rs"]
mod client;
#[path = "catcher/faults.rs"]
mod faults;
#[path = "catcher/inbox.rs"]
mod inbox;
#[path = "catcher/smtp.rs"]
mod smtp;
#[path = "catcher/trouble.rs"]
mod trouble;
