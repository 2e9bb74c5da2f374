use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, get_current_timestamp};

#[derive(Debug, serde::Deserialize)]
pub struct Receipt {
    pub sub: String,
    pub purpose: String,
    pub jti: String,
    pub nonce: Option<String>,
    pub iat: u64,
}

/// `keys` is what `/.well-known/jwks.json` holds: fetch it again when a receipt names an unknown `kid`.
pub fn check_receipt(
    keys: &JwkSet,
    receipt: &str,
    tenant: &str,
    purpose: &str,
    nonce: &str,
) -> Result<Receipt, Box<dyn std::error::Error>> {
    let header = decode_header(receipt)?;
    if header.typ.as_deref() != Some("otpmint-receipt+jwt") {
        return Err("not a receipt".into());
    }
    let key = header.kid.and_then(|kid| keys.find(&kid)).ok_or("signed by an unknown key")?;
    let mut rules = Validation::new(Algorithm::ES256);
    rules.leeway = 10;
    rules.set_issuer(&["otpmint"]);
    rules.set_audience(&[tenant]);
    rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    let receipt = decode::<Receipt>(receipt, &DecodingKey::from_jwk(key)?, &rules)?.claims;
    if receipt.iat > get_current_timestamp() + rules.leeway {
        return Err("a receipt from the future".into());
    }
    if receipt.purpose != purpose || receipt.nonce.as_deref() != Some(nonce) {
        return Err("a receipt for something else".into());
    }
    Ok(receipt)
}
