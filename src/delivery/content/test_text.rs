//! The words of test messages.

/// What a test message says: only that it is one. It is in the alphabet of every network.
pub const TEST_TEXT: &str = "This is a test of OtpMint. Nobody has to do anything.";
