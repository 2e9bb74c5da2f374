//! The foundation of every API test.
#![allow(dead_code, reason = "each group of tests uses its own part of it")]

mod answer;
mod api;
mod clock;
mod database;
mod described;
pub mod engine;
mod second;
mod test_app;

pub use answer::Answer;
pub use api::Api;
pub use clock::{ManualClock, eventually, eventually_async};
pub use database::Database;
pub use described::assert_event_described;
pub use second::SecondServer;
pub use test_app::{Challenge, SMTP_MAIL, SMTP_PASSWORD, Tenant, TestApp, ambient, mail_server};

/// The recipient, if it does not matter which.
pub const JANE: &str = "jane.roe@recipient.example";

/// A wrong code of the same shape.
pub fn wrong(code: &str) -> String {
    let first = code.chars().next().expect("a code is not empty");
    let other = if first == '7' { '3' } else { '7' };
    format!("{other}{}", &code[first.len_utf8()..])
}
