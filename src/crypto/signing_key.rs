//! A P-256 signing key, and its public half.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A P-256 key pair for ES256 (RFC 7518 §3.4). Never printed; AWS-LC erases it when it is dropped.
pub(super) struct SigningKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
}

/// The public half of a key: a JWK (RFC 7517 §4, RFC 7518 §6.2).
#[derive(Serialize)]
pub(super) struct PublicKey {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
    kid: String,
    x: String,
    y: String,
}

/// The header of a signed JWT (RFC 7515 §4.1).
#[derive(Serialize)]
struct Header<'a> {
    typ: &'a str,
    alg: &'a str,
    kid: &'a str,
}

impl PublicKey {
    /// Creates the key with this uncompressed point (SEC 1 §2.3.3).
    fn at(point: &[u8]) -> Option<Self> {
        let [4, coordinates @ ..] = point else { return None };
        let (x, y) = coordinates.split_at_checked(32).filter(|(_, y)| y.len() == 32)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let kid = thumbprint(&x, &y);
        Some(Self { kty: "EC", crv: "P-256", alg: "ES256", purpose: "sig", kid, x, y })
    }
}

/// Returns the thumbprint of a key, computed from its required members (RFC 7638 §3).
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

impl SigningKey {
    /// Generates a key pair, as a PKCS#8 document (RFC 5208). Returns `None` if AWS-LC has no
    /// memory for it.
    ///
    /// Its randomness is not an argument: AWS-LC draws it from its own generator, which the
    /// operating system seeds, and which signing relies on anyway. No caller needs two runs to
    /// create the same key.
    pub(super) fn generate() -> Option<Zeroizing<Vec<u8>>> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
        let document = pair.to_pkcs8v1().ok()?;
        Some(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// Parses a PKCS#8 document; returns `None` if it contains no key pair on this curve.
    pub(super) fn from_pkcs8(document: &[u8]) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document).ok()?;
        let public = PublicKey::at(pair.public_key().as_ref())?;
        Some(Self { pair, public })
    }

    /// Signs `claims` as a JWT of type `typ` (RFC 7515 §7.1). The `kid` is the thumbprint of the
    /// key, so it is the same after every start.
    pub(super) fn sign(&self, typ: &str, claims: &impl Serialize) -> String {
        let header = Header { typ, alg: self.public.alg, kid: &self.public.kid };
        let mut token = format!("{}.{}", encoded(&header), encoded(claims));
        // A key pair that was opened can sign any input.
        let Ok(signature) = self.pair.sign(&SystemRandom::new(), token.as_bytes()) else { unreachable!() };
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }

    /// Returns the public half.
    pub(super) fn public(&self) -> &PublicKey {
        &self.public
    }
}

fn encoded(part: &impl Serialize) -> String {
    match serde_json::to_vec(part) {
        Ok(json) => URL_SAFE_NO_PAD.encode(json),
        Err(error) => unreachable!("claims are plain JSON: {error}"),
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.kid)
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::{Jwk, ThumbprintHash};

    use super::*;

    #[test]
    fn a_key_is_named_by_the_thumbprint_that_others_compute() {
        let key = SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap();
        let published: Jwk = serde_json::from_str(&serde_json::to_string(key.public()).unwrap()).unwrap();
        assert_eq!(published.thumbprint(ThumbprintHash::SHA256).unwrap(), key.public().kid);
    }

    #[test]
    fn only_an_uncompressed_point_of_the_curve_is_a_public_key() {
        let key = SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap();
        let point = key.pair.public_key().as_ref();
        assert!(PublicKey::at(point).is_some());
        for bad in [&point[..64], &point[1..], &[], &[point, &[0]].concat(), &[&[2], &point[1..]].concat()] {
            assert!(PublicKey::at(bad).is_none(), "{bad:?}");
        }
    }
}
