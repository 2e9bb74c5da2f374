//! JWKS: the public keys with which anybody can check a receipt.

use serde_json::{Value, json};

use super::Services;

impl Services {
    /// The public keys of receipts, as a JWK set (RFC 7517 §5).
    pub fn jwks(&self) -> Value {
        json!(self.keyring.jwks())
    }
}
