//! Signature schemes: how gateways sign their reports.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The length of a public key of Ed25519, in bytes.
const PUBLIC_KEY: usize = 32;

/// How a gateway signs its reports. Each scheme has one algorithm, whatever a report says about itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureScheme {
    /// `MessageBird-Signature-JWT`: a token (HS256) over the hashes of address and body.
    Messagebird,
    /// `X-Plivo-Signature-V3`: HMAC-SHA-256 over address, fields and nonce.
    Plivo,
    /// `x-sinch-webhook-signature`: HMAC-SHA-256 over body, nonce and time.
    Sinch,
    /// `telnyx-signature-ed25519`: Ed25519 over time and body.
    Telnyx,
    /// A token (HS256) over the hash of the body, or `sig`: HMAC-SHA-256 over the fields.
    Vonage,
}

impl SignatureScheme {
    /// Every scheme.
    pub const ALL: [Self; 5] = [Self::Messagebird, Self::Plivo, Self::Sinch, Self::Telnyx, Self::Vonage];

    /// Returns the word used in descriptions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messagebird => "messagebird",
            Self::Plivo => "plivo",
            Self::Sinch => "sinch",
            Self::Telnyx => "telnyx",
            Self::Vonage => "vonage",
        }
    }
}

/// Reads a public key of Ed25519.
pub fn public_key(text: &str) -> Option<[u8; PUBLIC_KEY]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}
