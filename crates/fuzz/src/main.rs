//! Feeds bytes from strangers to every parser of OtpMint, one target for each.
//!
//! `crates/fuzz/run` builds it with the edges of our own code counted, and with the engine (libFuzzer), which keeps
//! what leads to new edges. Parsers that are private have an entry that only exists in such a build (`cfg(fuzzing)`).
#![cfg_attr(all(fuzzing, feature = "engine"), no_main)]

#[cfg(all(fuzzing, feature = "engine"))]
mod http;
#[cfg(all(fuzzing, feature = "engine"))]
mod targets;

#[cfg(all(fuzzing, feature = "engine"))]
libfuzzer_sys::fuzz_target!(init: targets::choose(), |bytes: &[u8]| targets::run(bytes));

#[cfg(not(all(fuzzing, feature = "engine")))]
fn main() {
    // Built beside everything else, so that it is found broken when it is.
}
