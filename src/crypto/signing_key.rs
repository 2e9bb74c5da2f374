//! A P-256 signing key, and its public half.

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use zeroize::Zeroizing;

/// A P-256 key pair for ES256 (RFC 7518 §3.4). Erased when dropped, never printed.
pub(super) struct SigningKey {
    key: EncodingKey,
    kid: String,
    public: Jwk,
}

impl SigningKey {
    /// A fresh key pair, as a PKCS#8 document (RFC 5208). `None` if AWS-LC has no memory for it.
    ///
    /// Its randomness is not an argument: AWS-LC draws it from its own generator, which the operating system
    /// seeds, and which signing relies on anyway. No caller needs two runs to create the same key.
    pub(super) fn generate() -> Option<Zeroizing<Vec<u8>>> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
        let document = pair.to_pkcs8v1().ok()?;
        Some(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// The key pair of a PKCS#8 document; `None` if it contains none on this curve.
    pub(super) fn from_pkcs8(document: &[u8]) -> Option<Self> {
        let key = EncodingKey::from_ec_der(document);
        let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256).ok()?;
        let kid = public.thumbprint(ThumbprintHash::SHA256).ok()?;
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        public.common.key_id = Some(kid.clone());
        Some(Self { key, kid, public })
    }

    /// `claims` as a signed JWT of type `typ` (RFC 7515 §7.1). The `kid` is the thumbprint of the key (RFC
    /// 7638), so it is the same after every start.
    pub(super) fn sign(&self, typ: &str, claims: &impl Serialize) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.kid.clone());
        match jsonwebtoken::encode(&header, claims, &self.key) {
            Ok(token) => token,
            Err(error) => unreachable!("a key pair of the right curve, and claims of plain JSON: {error}"),
        }
    }

    /// The public half, with `use`, `alg` and `kid` (RFC 7517 §4).
    pub(super) fn public(&self) -> &Jwk {
        &self.public
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}
