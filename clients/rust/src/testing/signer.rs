// SPDX-License-Identifier: MIT

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Signs the receipts of one fake, with a key of its own.
pub(super) struct Signer(EcdsaKeyPair);

impl Signer {
    pub fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made"))
    }

    pub fn jwks(&self) -> Value {
        // A byte that says uncompressed, then x and y.
        let point = &self.0.public_key().as_ref()[1..];
        let (x, y) =
            (BASE64_URL_SAFE_NO_PAD.encode(&point[..32]), BASE64_URL_SAFE_NO_PAD.encode(&point[32..]));
        json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "fake", "x": x, "y": y,
        }] })
    }

    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "ES256", "typ": "otpmint-receipt+jwt", "kid": "fake" });
        let encoded = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encoded(&header), encoded(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).expect("it can be signed");
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}
