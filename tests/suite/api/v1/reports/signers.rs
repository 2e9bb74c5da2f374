//! Signs reports as their providers do.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::Report;

/// A way to sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signer {
    Messagebird,
    PlivoV3,
    PlivoV2,
    Sinch,
    Telnyx,
    Twilio,
    VonageToken,
    VonageFields,
    Whatsapp,
}

impl Signer {
    /// What the provider signs with, made from a word.
    pub fn key(self, word: &str) -> String {
        match self {
            Self::Telnyx => STANDARD.encode(digest::digest(&digest::SHA256, word.as_bytes())),
            _ => word.to_owned(),
        }
    }

    /// What its customer gets to check with.
    pub fn shared(self, key: &str) -> String {
        match self {
            Self::Telnyx => STANDARD.encode(pair(key).public_key()),
            _ => key.to_owned(),
        }
    }

    /// Signs a report at this time.
    pub fn sign(self, key: &str, mut report: Report, at: i64) -> Report {
        let headers = match self {
            Self::Messagebird => {
                let body = (!report.body.is_empty()).then(|| sha256(&report.body));
                let claims = json!({
                    "iss": "MessageBird", "jti": "11111111-1111-4111-8111-111111111111", "nbf": at, "exp": at + 60,
                    "url_hash": sha256(&report.url), "payload_hash": body,
                });
                vec![("messagebird-signature-jwt", token(key, "HS256", &without_null(claims)))]
            }
            Self::PlivoV3 => {
                let signed = format!("{}.{NONCE}", plivo_base(&report));
                vec![
                    ("x-plivo-signature-v3", format!("AAAA,{}", base64(key, &signed))),
                    ("x-plivo-signature-v3-nonce", NONCE.to_owned()),
                ]
            }
            Self::PlivoV2 => {
                let url = report.url.split('?').next().unwrap_or_default();
                vec![
                    ("x-plivo-signature-v2", base64(key, &format!("{url}{NONCE}"))),
                    ("x-plivo-signature-v2-nonce", NONCE.to_owned()),
                ]
            }
            Self::Sinch => vec![
                ("x-sinch-webhook-signature", base64(key, &format!("{}.{NONCE}.{at}", report.body))),
                ("x-sinch-webhook-signature-nonce", NONCE.to_owned()),
                ("x-sinch-webhook-signature-timestamp", at.to_string()),
            ],
            Self::Telnyx => {
                let signature = pair(key).sign(format!("{at}|{}", report.body).as_bytes());
                vec![
                    ("telnyx-signature-ed25519", STANDARD.encode(signature.as_ref())),
                    ("telnyx-timestamp", at.to_string()),
                ]
            }
            Self::Twilio => {
                let signed = format!("{}{}", report.url, sorted(&report.body).concat());
                let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
                let signature = hmac::sign(&key, signed.as_bytes());
                vec![("x-twilio-signature", STANDARD.encode(signature.as_ref()))]
            }
            Self::VonageToken => {
                let claims = json!({ "iat": at, "api_key": "acme", "payload_hash": sha256(&report.body) });
                vec![("authorization", format!("Bearer {}", token(key, "HS256", &claims)))]
            }
            Self::VonageFields => {
                sign_fields(key, &mut report, at);
                Vec::new()
            }
            Self::Whatsapp => {
                vec![("x-hub-signature-256", format!("sha256={}", hex(mac(key, &report.body).as_ref())))]
            }
        };
        report.headers.extend(headers);
        report
    }
}

const NONCE: &str = "05429567804466091622";

/// A token with this algorithm in its head, signed with HMAC-SHA-256 in any case.
pub fn token(key: &str, algorithm: &str, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": algorithm, "typ": "JWT" })), part(claims));
    let tag = URL_SAFE_NO_PAD.encode(mac(key, &signed).as_ref());
    format!("{signed}.{tag}")
}

/// Adds `timestamp` and `sig` to the query or the form.
fn sign_fields(key: &str, report: &mut Report, at: i64) {
    let is_get = report.method == Method::GET;
    let (head, fields) = match is_get {
        true => report.url.split_once('?').map(|(url, query)| (format!("{url}?"), query.to_owned())).unwrap(),
        false => (String::new(), report.body.clone()),
    };
    let fields = format!("{fields}&timestamp={at}&nonce={NONCE}");
    let mut sorted: Vec<_> = form_urlencoded::parse(fields.as_bytes()).into_owned().collect();
    sorted.sort();
    let signed: String =
        sorted.iter().map(|(name, value)| format!("&{name}={}", value.replace(['&', '='], "_"))).collect();
    let signed = format!("{head}{fields}&sig={}", hex(mac(key, &signed).as_ref()));
    if is_get {
        report.url = signed;
    } else {
        report.body = signed;
    }
}

fn plivo_base(report: &Report) -> String {
    let (url, query) = report.url.split_once('?').unwrap_or((&report.url, ""));
    let query: Vec<_> = pairs(query).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let posted = sorted(&report.body).concat();
    let joint = if query.is_empty() || posted.is_empty() { "" } else { "." };
    let mark = if query.is_empty() && posted.is_empty() { "" } else { "?" };
    format!("{url}{mark}{}{joint}{posted}", query.join("&"))
}

fn pairs(form: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    pairs.sort();
    pairs
}

fn sorted(form: &str) -> Vec<String> {
    pairs(form).into_iter().map(|(name, value)| format!("{name}{value}")).collect()
}

fn pair(key: &str) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&STANDARD.decode(key).unwrap()).unwrap()
}

fn mac(key: &str, text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), text.as_bytes())
}

fn base64(key: &str, text: &str) -> String {
    STANDARD.encode(mac(key, text).as_ref())
}

fn sha256(text: &str) -> String {
    hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn without_null(mut claims: Value) -> Value {
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}
