//! Reports of gateways with a signature: what of a callback is signed.

mod messagebird;
mod plivo;
mod sinch;
mod telnyx;
mod vonage;

use secrecy::{ExposeSecret as _, SecretString};

use crate::domain::deliveries::callback::Callback;
use crate::domain::tenants::transports::signature_scheme::SignatureScheme;
use crate::domain::time::Timestamp;

/// Returns the part of a callback that is signed under the key, which is all that may be read of it; `None`
/// if the signature is missing, wrong or too old.
pub(super) fn part<'a>(
    scheme: SignatureScheme,
    key: &SecretString,
    callback: Callback<'a>,
    now: Timestamp,
) -> Option<Callback<'a>> {
    let key = key.expose_secret();
    match scheme {
        SignatureScheme::Messagebird => messagebird::part(key, callback, now),
        SignatureScheme::Plivo => plivo::part(key, callback),
        SignatureScheme::Sinch => sinch::part(key, callback, now),
        SignatureScheme::Telnyx => telnyx::part(key, callback, now),
        SignatureScheme::Vonage => vonage::part(key, callback, now),
    }
}
