//! Checks receipts as an app would, with the published keys.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::torture::asked::PURPOSE;
use crate::torture::history::{Medium, Receipt, Subject};
use crate::torture::world::World;

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Claims {
    sub: String,
    purpose: String,
    jti: String,
    nonce: Option<String>,
}

pub fn check(world: &World, receipt: &str, tenant: &str, subject: &Subject) -> Receipt {
    let expected = Claims {
        sub: subject.recipient.clone(),
        purpose: PURPOSE.to_owned(),
        jti: subject.key.clone().unwrap_or_default(),
        // Compat mints have none.
        nonce: (subject.medium != Medium::Accepted).then(|| subject.number.to_string()),
    };
    match claims(world, receipt, tenant) {
        Ok(claims) if claims == expected => Receipt::Good,
        Ok(claims) => Receipt::Bad(format!("{claims:?}")),
        Err(error) => Receipt::Bad(error.to_string()),
    }
}

fn claims(world: &World, receipt: &str, tenant: &str) -> Result<Claims, Box<dyn std::error::Error>> {
    let id = decode_header(receipt)?.kid.ok_or("it names no key")?;
    let keys = world.keys_with(&id);
    let key = keys.find(&id).ok_or("an unknown key")?;
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_audience(&[tenant]);
    Ok(decode::<Claims>(receipt, &DecodingKey::from_jwk(key)?, &rules)?.claims)
}
