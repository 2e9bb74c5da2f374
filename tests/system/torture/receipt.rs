//! Checks receipts as an app would, with the keys that the server published before it was first killed.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::torture::asked::PURPOSE;
use crate::torture::history::{Medium, Receipt, Subject};

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Claims {
    sub: String,
    purpose: String,
    jti: String,
    nonce: Option<String>,
}

pub fn check(keys: &JwkSet, receipt: &str, tenant: &str, subject: &Subject) -> Receipt {
    let expected = Claims {
        sub: subject.recipient.clone(),
        purpose: PURPOSE.to_owned(),
        jti: subject.key.clone().unwrap_or_default(),
        // Compat mints have none.
        nonce: (subject.medium != Medium::Accepted).then(|| subject.number.to_string()),
    };
    match claims(keys, receipt, tenant) {
        Ok(claims) if claims == expected => Receipt::Good,
        Ok(claims) => Receipt::Bad(format!("{claims:?}")),
        Err(error) => Receipt::Bad(error.to_string()),
    }
}

fn claims(keys: &JwkSet, receipt: &str, tenant: &str) -> Result<Claims, Box<dyn std::error::Error>> {
    let key = decode_header(receipt)?.kid.and_then(|kid| keys.find(&kid)).ok_or("an unknown key")?;
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_audience(&[tenant]);
    Ok(decode::<Claims>(receipt, &DecodingKey::from_jwk(key)?, &rules)?.claims)
}
