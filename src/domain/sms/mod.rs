//! Text messages on the air: their alphabet, their length and their parts (3GPP TS 23.038).

mod alphabet;
mod autofill;
mod segments;
mod simplify;

#[cfg(test)]
mod tests;

pub use alphabet::{GsmCode, first_beyond_gsm, gsm_code};
pub use autofill::{AppHash, Autofill, CodeHost, InvalidAppHash};
pub use segments::{EncodedSms, SmsEncoding, SmsLength, encode, measure};
pub use simplify::simplified;
