//! Telnyx: Ed25519 over the time and the body.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::delivery::channels::http::reports::time::{OLDEST, is_within};
use crate::domain::deliveries::callback::{Callback, CallbackMethod};
use crate::domain::tenants::transports::signature_scheme::public_key;
use crate::domain::time::Timestamp;

pub(super) fn part<'a>(key: &str, callback: Callback<'a>, now: Timestamp) -> Option<Callback<'a>> {
    let at = callback.header("telnyx-timestamp")?;
    let signature = STANDARD.decode(callback.header("telnyx-signature-ed25519")?).ok()?;
    let is_post = callback.method == CallbackMethod::Post;
    at.parse().ok().filter(|seconds| is_post && is_within(OLDEST, now, *seconds))?;
    let signed = [at.as_bytes(), b"|", callback.body].concat();
    UnparsedPublicKey::new(&ED25519, public_key(key)?).verify(&signed, &signature).ok()?;
    Some(callback.without_query())
}
