//! The limits of the design's table: each refuses with its own word, and says when to come again.

mod address;
mod recipient;
mod tenant;

use otpmint::domain::limits::rate::Rate;

/// A rate as the settings write it.
fn rate(text: &str) -> Rate {
    text.parse().expect("a rate")
}
