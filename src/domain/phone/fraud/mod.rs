//! Toll fraud: rules on codes to phone numbers, which stop whoever makes a form send messages that
//! somebody is paid for. What is counted, and what is decided from it.

pub mod alarm;
pub mod block;
pub mod decide;
pub mod rule;
pub mod rules;
pub mod settings;
pub mod slots;
pub mod tally;
pub mod trace;
pub mod trail;
