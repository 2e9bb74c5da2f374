//! The limits in the design's table: each refuses with its own code, and says when to retry.

mod address;
mod mailbox;
mod mint_cap;
mod recipient;
mod spray;
mod spray_day;
mod tenant;
mod trusted;

use otpmint::domain::limits::rate::Rate;

/// A rate as the settings write it.
fn rate(text: &str) -> Rate {
    text.parse().expect("a rate")
}
