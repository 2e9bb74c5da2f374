//! Which passwords operators may choose (NIST SP 800-63B-4 §3.1.1.2): long ones, of any characters, that are not as a
//! whole what a guesser tries first.

mod expected;
mod guesses;
mod leaked;
mod readings;
mod rows;
mod rule;

pub use expected::Expected;
pub use guesses::guesses;
pub use readings::{leaked_entry, normalised};
pub use rule::{MAX_PASSWORD, PasswordFlaw, PasswordUse, judge};

#[cfg(test)]
mod tests;
