//! What phones get under `otpmint dev`: texts, calls and chats, kept instead of sent.

mod inbox;
mod message;
mod switchboard;

pub use inbox::PhoneInbox;
pub use message::PhoneMessage;
pub use switchboard::{PhoneFate, PhoneTrouble};
