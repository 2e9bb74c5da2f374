// SPDX-License-Identifier: MIT

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::Fault;
use crate::types::{Channel, Fields};

/// What docs/openapi.json allows a receipt.
const LONGEST: usize = 65_536;

/// What a receipt says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Claims {
    /// The server.
    #[serde(rename = "iss")]
    pub issuer: String,
    /// The tenant's handle.
    #[serde(rename = "aud")]
    pub audience: String,
    /// The recipient that answered; of a factor, the identity of its user.
    #[serde(rename = "sub")]
    pub subject: String,
    /// What the code was for.
    pub purpose: String,
    /// How the code travelled, or what made it.
    pub channel: Channel,
    /// The shareable key of the challenge: accept it once.
    #[serde(rename = "jti")]
    pub id: String,
    /// That of the mint.
    #[serde(default, deserialize_with = "text")]
    pub nonce: Option<String>,
    /// The hash of bound fields.
    #[serde(default, deserialize_with = "text")]
    pub(super) bind: Option<String>,
    /// That of the mint.
    #[serde(default)]
    pub metadata: Fields,
    /// When it was signed.
    #[serde(rename = "iat", deserialize_with = "seconds")]
    pub issued_at: Timestamp,
    /// Until when it is good.
    #[serde(rename = "exp", deserialize_with = "seconds")]
    pub expires_at: Timestamp,
}

/// A receipt that was taken apart, and nothing more: it may be forged.
pub(super) struct Unchecked {
    pub kid: String,
    pub claims: Claims,
    pub signed: String,
    pub signature: Vec<u8>,
}

pub(super) fn take_apart(receipt: &str) -> Result<Unchecked, Fault> {
    let parts: Vec<&str> = receipt.split('.').collect();
    let [head, body, end] = parts[..] else { return Err(Fault::Malformed) };
    if receipt.len() > LONGEST {
        return Err(Fault::Malformed);
    }
    let header: Map<String, Value> = read(head)?;
    let says = |name: &str, text: &str| header.get(name).and_then(Value::as_str) == Some(text);
    if !says("typ", "otpmint-receipt+jwt") {
        return Err(Fault::WrongType);
    }
    // The header chooses nothing: there is one algorithm. An extension that must be understood is not (RFC 7515).
    if !says("alg", "ES256") || header.contains_key("crit") {
        return Err(Fault::WrongAlgorithm);
    }
    let kid = header.get("kid").and_then(Value::as_str).ok_or(Fault::Malformed)?.to_owned();
    let signature = BASE64_URL_SAFE_NO_PAD.decode(end).map_err(|_| Fault::Malformed)?;
    Ok(Unchecked { kid, claims: read(body)?, signed: format!("{head}.{body}"), signature })
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, Fault> {
    let text = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Malformed)?;
    serde_json::from_slice(&text).map_err(|_| Fault::Malformed)
}

/// Absent or a text, but not null.
fn text<'a, D: Deserializer<'a>>(from: D) -> Result<Option<String>, D::Error> {
    String::deserialize(from).map(Some)
}

fn seconds<'a, D: Deserializer<'a>>(from: D) -> Result<Timestamp, D::Error> {
    let seconds = i64::deserialize(from)?;
    Timestamp::from_second(seconds).map_err(|_| serde::de::Error::custom("not a time"))
}
