//! Plivo: HMAC-SHA-256 over the address and a nonce; since version 3 over the fields, too.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::domain::deliveries::callback::{Callback, CallbackMethod};

/// The headers of version 3: signatures under the token of the account and of its main account.
const V3: [&str; 2] = ["x-plivo-signature-v3", "x-plivo-signature-ma-v3"];
/// The headers of version 2, which messages still use.
const V2: [&str; 2] = ["x-plivo-signature-v2", "x-plivo-signature-ma-v2"];

type Fields = Vec<(String, String)>;

/// A callback with signatures of version 3 must be signed so. Version 2 signs no fields: it proves only
/// that Plivo called this address.
pub(super) fn part<'a>(key: &str, callback: Callback<'a>) -> Option<Callback<'a>> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let is_newer = V3.iter().any(|name| callback.headers.iter().any(|(known, _)| known == name));
    let (names, signed) = match is_newer {
        true => (V3, format!("{}.{}", base(&callback), callback.header("x-plivo-signature-v3-nonce")?)),
        false => {
            let url = callback.without_query().url;
            (V2, format!("{url}{}", callback.header("x-plivo-signature-v2-nonce")?))
        }
    };
    let signatures = names.iter().filter_map(|name| callback.header(name)).flat_map(|list| list.split(','));
    let mut decoded = signatures.filter_map(|text| STANDARD.decode(text.trim()).ok());
    decoded.any(|signature| hmac::verify(&key, signed.as_bytes(), &signature).is_ok()).then_some(callback)
}

/// Returns the address with its fields in order, as version 3 signs them.
fn base(callback: &Callback<'_>) -> String {
    let query: Vec<_> = sorted(callback.query().as_bytes())
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let posted: String = match callback.method {
        CallbackMethod::Get => String::new(),
        CallbackMethod::Post => {
            sorted(callback.body).into_iter().flat_map(|(name, value)| [name, value]).collect()
        }
    };
    let url = callback.without_query().url;
    match (query.is_empty(), posted.is_empty()) {
        (true, true) => url.to_owned(),
        (false, true) => format!("{url}?{}", query.join("&")),
        (true, false) => format!("{url}?{posted}"),
        (false, false) => format!("{url}?{}.{posted}", query.join("&")),
    }
}

fn sorted(form: &[u8]) -> Fields {
    let mut fields: Fields = form_urlencoded::parse(form).into_owned().collect();
    fields.sort();
    fields
}
