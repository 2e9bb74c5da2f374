//! Sinch: HMAC-SHA-256 over the body, a nonce and the time.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::delivery::channels::http::reports::time::{OLDEST, is_within};
use crate::domain::deliveries::callback::{Callback, CallbackMethod};
use crate::domain::time::Timestamp;

pub(super) fn part<'a>(key: &str, callback: Callback<'a>, now: Timestamp) -> Option<Callback<'a>> {
    let nonce = callback.header("x-sinch-webhook-signature-nonce")?;
    let at = callback.header("x-sinch-webhook-signature-timestamp")?;
    let signature = STANDARD.decode(callback.header("x-sinch-webhook-signature")?).ok()?;
    let is_post = callback.method == CallbackMethod::Post;
    at.parse().ok().filter(|seconds| is_post && is_within(OLDEST, now, *seconds))?;
    let signed = [callback.body, b".", nonce.as_bytes(), b".", at.as_bytes()].concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    hmac::verify(&key, &signed, &signature).ok()?;
    Some(callback.without_query())
}
