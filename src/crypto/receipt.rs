//! Receipts: signed JWTs that say which recipient answered which challenge (RFC 7519, RFC 8725).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::domain::challenges::details::BoundFields;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::receipt::{BindHash, Nonce, ReceiptTerms};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;

use super::signing_key::SigningKey;

/// The `typ` of a receipt, which prevents confusion with any other JWT (RFC 8725 §3.11).
pub const RECEIPT_TYPE: &str = "otpmint-receipt+jwt";

/// The authentication method of the recipient: a one-time code (RFC 8176 §2).
const METHODS: [&str; 1] = ["otp"];

/// The content of a receipt. It has no `Debug`, because it contains the full recipient.
#[derive(Clone, Copy)]
pub struct Receipt<'a> {
    /// The tenant of the challenge or factor, for which the receipt is issued: `aud`.
    pub tenant: &'a TenantHandle,
    /// The recipient or identity that answered: `sub`.
    pub recipient: &'a str,
    /// The purpose of the code.
    pub purpose: &'a Purpose,
    /// How the code was delivered, or what made it.
    pub channel: &'a str,
    /// The challenge's shareable key, or the factor and its spent code: `jti`. Each is verified
    /// once, so no two receipts share it.
    pub key: &'a str,
    /// What the app gave to recognise the receipt, if anything.
    pub nonce: Option<&'a Nonce>,
    /// The hash of the fields that the app bound to the code, if any.
    pub bind: Option<&'a BindHash>,
    /// What the app attached to the challenge, if anything.
    pub metadata: Option<&'a Map<String, Value>>,
}

/// The claims as they are signed. Times are in seconds since the Unix epoch (RFC 7519 §2).
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    purpose: &'a str,
    channel: &'a str,
    jti: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a Map<String, Value>>,
    iat: i64,
    exp: i64,
    amr: [&'static str; 1],
}

/// Returns the hash of bound fields: SHA-256 over their JSON object, with sorted names and without
/// white space, so that anyone who knows the fields can compute it. `None` if nothing is bound.
pub fn bind_hash(bound: &BoundFields) -> Option<BindHash> {
    if bound.is_empty() {
        return None;
    }
    let object: Map<String, Value> =
        bound.iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    let digest = Sha256::digest(Value::Object(object).to_string().as_bytes());
    BindHash::parse(&URL_SAFE_NO_PAD.encode(digest))
}

pub(super) fn sign(key: &SigningKey, terms: &ReceiptTerms, receipt: &Receipt, now: Timestamp) -> String {
    let seconds = |moment: Timestamp| moment.as_millis().div_euclid(1000);
    let claims = Claims {
        iss: terms.issuer(),
        aud: receipt.tenant.as_str(),
        sub: receipt.recipient,
        purpose: receipt.purpose.as_str(),
        channel: receipt.channel,
        jti: receipt.key,
        nonce: receipt.nonce.map(Nonce::as_str),
        bind: receipt.bind.map(BindHash::as_str),
        metadata: receipt.metadata,
        iat: seconds(now),
        exp: seconds(now + terms.lifetime()),
        amr: METHODS,
    };
    key.sign(RECEIPT_TYPE, &claims)
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::errors::ErrorKind;
    use jsonwebtoken::jwk::JwkSet;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation};
    use serde_json::json;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::crypto::keyring::Keyring;
    use crate::crypto::keyring::tests::keyring;
    use crate::domain::challenges::channel::ChannelKind;

    const HANDLE: &str = "tnt_23456789abcdefgh";
    const BIND: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

    /// Returns the kid of a receipt that this keyring issues.
    pub fn signed_by(ring: &Keyring) -> String {
        jsonwebtoken::decode_header(issue(ring, now())).unwrap().kid.unwrap()
    }

    /// Returns the machine's time, because the library uses it too.
    fn now() -> Timestamp {
        Timestamp::from_millis(i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap() * 1000 + 999)
    }

    fn terms() -> ReceiptTerms {
        ReceiptTerms::new("https://otp.example.com", Duration::from_secs(300)).unwrap()
    }

    fn issue(ring: &Keyring, now: Timestamp) -> String {
        let (nonce, bind) = (Nonce::parse("n-1"), BindHash::parse(BIND));
        let metadata = json!({ "order": 17 });
        let receipt = Receipt {
            tenant: &TenantHandle::parse(HANDLE).unwrap(),
            recipient: "jane@example.com",
            purpose: &Purpose::parse("login").unwrap(),
            channel: ChannelKind::Email.as_str(),
            key: "BqXh3kZpQmWc",
            nonce: nonce.as_ref(),
            bind: bind.as_ref(),
            metadata: metadata.as_object(),
        };
        ring.issue_receipt(&terms(), &receipt, now)
    }

    /// Checks a token in the way of an app that has only the published keys.
    fn check(jwks: &Value, token: &str) -> Result<Value, ErrorKind> {
        let keys: JwkSet = serde_json::from_value(jwks.clone()).unwrap();
        let header = jsonwebtoken::decode_header(token).map_err(|error| error.kind().clone())?;
        if header.typ.as_deref() != Some("otpmint-receipt+jwt") {
            return Err(ErrorKind::InvalidToken);
        }
        let key = keys.find(&header.kid.unwrap_or_default()).ok_or(ErrorKind::InvalidKeyFormat)?;
        let mut rules = Validation::new(Algorithm::ES256);
        rules.leeway = 0;
        rules.set_issuer(&["https://otp.example.com"]);
        rules.set_audience(&[HANDLE]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        let key = DecodingKey::from_jwk(key).unwrap();
        let checked = jsonwebtoken::decode::<Value>(token, &key, &rules);
        checked.map(|data| data.claims).map_err(|error| error.kind().clone())
    }

    #[test]
    fn a_receipt_says_what_happened_and_the_published_keys_prove_it() {
        let (ring, now) = (keyring(), now());
        let iat = now.as_millis() / 1000;
        let expected = json!({
            "iss": "https://otp.example.com", "aud": HANDLE, "sub": "jane@example.com", "purpose": "login",
            "channel": "email", "jti": "BqXh3kZpQmWc", "nonce": "n-1", "bind": BIND,
            "metadata": { "order": 17 }, "iat": iat, "exp": iat + 300, "amr": ["otp"],
        });
        assert_eq!(check(&ring.jwks(), &issue(&ring, now)).unwrap(), expected);
    }

    #[test]
    fn what_an_app_did_not_give_is_not_in_the_receipt() {
        let ring = keyring();
        let receipt = Receipt {
            tenant: &TenantHandle::parse(HANDLE).unwrap(),
            recipient: "jane@example.com",
            purpose: &Purpose::VERIFICATION,
            channel: ChannelKind::Email.as_str(),
            key: "k",
            nonce: None,
            bind: None,
            metadata: None,
        };
        let claims = check(&ring.jwks(), &ring.issue_receipt(&terms(), &receipt, now())).unwrap();
        let names: BTreeSet<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = ["amr", "aud", "channel", "exp", "iat", "iss", "jti", "purpose", "sub"];
        assert_eq!(names, BTreeSet::from(expected));
    }

    #[test]
    fn a_changed_receipt_is_refused() {
        let ring = keyring();
        let token = issue(&ring, now());
        let [header, body, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
        let claims = String::from_utf8(URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
        let other_body = URL_SAFE_NO_PAD.encode(claims.replace("jane", "joan"));
        let mut other_signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        other_signature[40] ^= 1;
        let other_signature = URL_SAFE_NO_PAD.encode(other_signature);
        for changed in
            [format!("{header}.{other_body}.{signature}"), format!("{header}.{body}.{other_signature}")]
        {
            assert!(matches!(check(&ring.jwks(), &changed), Err(ErrorKind::InvalidSignature)), "{changed}");
        }
        assert!(check(&ring.jwks(), &format!("{header}.{body}.")).is_err());
    }

    #[test]
    fn a_receipt_ends_with_its_lifetime() {
        let ring = keyring();
        let of_age = |seconds| issue(&ring, now() - Duration::from_secs(seconds));
        assert!(check(&ring.jwks(), &of_age(290)).is_ok());
        assert!(matches!(check(&ring.jwks(), &of_age(301)), Err(ErrorKind::ExpiredSignature)));
    }

    #[test]
    fn another_server_s_key_proves_nothing() {
        let (ring, other) = (keyring(), keyring());
        let token = issue(&other, now());
        assert!(matches!(check(&ring.jwks(), &token), Err(ErrorKind::InvalidKeyFormat)));
        // Nor if it claims our kid.
        let mut renamed = other.jwks();
        renamed["keys"][0] = ring.jwks()["keys"][0].clone();
        renamed["keys"][0]["kid"] = other.jwks()["keys"][0]["kid"].clone();
        assert!(matches!(check(&renamed, &token), Err(ErrorKind::InvalidSignature)));
    }

    #[test]
    fn another_kind_of_token_is_no_receipt() {
        let key = SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap();
        let exp = jsonwebtoken::get_current_timestamp() + 60;
        let claims = json!({ "iss": "https://otp.example.com", "aud": HANDLE, "sub": "x", "exp": exp });
        let jwks = json!({ "keys": [key.public()] });
        assert!(check(&jwks, &key.sign(RECEIPT_TYPE, &claims)).is_ok());
        assert!(matches!(check(&jwks, &key.sign("JWT", &claims)), Err(ErrorKind::InvalidToken)));
    }

    #[test]
    fn the_published_keys_are_public_and_named_by_their_thumbprint() {
        let ring = keyring();
        let jwks = ring.jwks();
        let key = jwks["keys"][0].as_object().unwrap();
        let names: BTreeSet<&str> = key.keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["alg", "crv", "kid", "kty", "use", "x", "y"]));
        assert_eq!((&key["alg"], &key["use"]), (&json!("ES256"), &json!("sig")));
        // RFC 7638 §3: the required members, in order, without spaces.
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, key["x"], key["y"]);
        assert_eq!(key["kid"], json!(URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))));
    }

    #[test]
    fn a_signing_key_prints_its_name_only() {
        let key = SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap();
        let public = serde_json::to_value(key.public()).unwrap();
        let kid = public["kid"].as_str().unwrap();
        assert_eq!(format!("{key:?}"), format!("SigningKey({kid})"));
        let ring = format!("{:?}", keyring());
        assert!(ring.contains("SigningKey(") && !ring.contains("content"), "{ring}");
    }
}
