//! `otpmint dev`: everything on one machine, and nothing leaves it.

mod allowed;
mod command;
mod delivery_log;
mod demo;
mod known;
pub mod pages;
mod phone_route;
mod phones;
mod steps;

pub(super) use command::Dev;
pub use delivery_log::{DeliveryLog, LogRow, Party};
pub use phones::{PhoneFate, PhoneInbox, PhoneMessage, PhoneTrouble};
