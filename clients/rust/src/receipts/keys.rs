// SPDX-License-Identifier: MIT

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::Fault;
use crate::call::Call;
use crate::transport::Connection;

/// How long a set is used: what its `Cache-Control` says. A key that was withdrawn works no longer than that.
const KEPT: SignedDuration = SignedDuration::from_secs(300);

/// A receipt of an unknown key fetches the set again, but not more often than this: anyone can make one. A new key is
/// in the set for at least ten seconds before it signs, so no good receipt waits for this.
const AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// After a failure the next fetch waits this long.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(1);

/// Points of the curve, uncompressed, by `kid`.
type Set = HashMap<String, Vec<u8>>;

/// Where keys are looked up.
pub(super) enum Keys {
    Fixed(Set),
    Fetched(FetchedKeys),
}

impl Keys {
    pub async fn find(&self, kid: &str, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        match self {
            Self::Fixed(set) => Ok(set.get(kid).cloned()),
            Self::Fetched(keys) => keys.find(kid, now).await,
        }
    }
}

/// The set of a server, kept for five minutes.
pub(super) struct FetchedKeys {
    connection: Connection,
    // Held while the set is fetched: one fetch for all that wait.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    set: Set,
    fetched_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
}

impl FetchedKeys {
    pub fn new(connection: Connection) -> Self {
        Self { connection, state: Mutex::default() }
    }

    async fn find(&self, kid: &str, now: Timestamp) -> Result<Option<Vec<u8>>, Fault> {
        let mut state = self.state.lock().await;
        // Nothing is within a time of a clock that was set back since: it would keep a set for ever.
        let is_within = |at: Option<Timestamp>, limit: SignedDuration| {
            at.map(|at| now.duration_since(at)).is_some_and(|age| !age.is_negative() && age < limit)
        };
        let is_fresh = is_within(state.fetched_at, KEPT);
        if is_fresh && (state.set.contains_key(kid) || is_within(state.fetched_at, AGAIN)) {
            return Ok(state.set.get(kid).cloned());
        }
        if is_within(state.failed_at, AFTER_FAILURE) {
            return Err(Fault::KeysUnavailable);
        }
        let answer =
            self.connection.send::<Value>(Call::new("GET", "/.well-known/jwks.json".to_owned())).await;
        match answer.ok().and_then(|set| parse(set.to_string().as_bytes())) {
            Some(set) => {
                *state = State { set, fetched_at: Some(now), failed_at: None };
                Ok(state.set.get(kid).cloned())
            }
            None => {
                state.failed_at = Some(now);
                Err(Fault::KeysUnavailable)
            }
        }
    }
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Value>,
}

/// A public key (RFC 7517).
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    alg: String,
    r#use: String,
    kid: String,
    x: String,
    y: String,
}

/// The keys of a set that can sign receipts. Others do no harm.
pub(super) fn parse(text: &[u8]) -> Option<Set> {
    let set: JwkSet = serde_json::from_slice(text).ok()?;
    Some(set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).filter_map(point).collect())
}

fn point(jwk: Jwk) -> Option<(String, Vec<u8>)> {
    let is_ours = [jwk.kty, jwk.crv, jwk.alg, jwk.r#use] == ["EC", "P-256", "ES256", "sig"];
    let x = BASE64_URL_SAFE_NO_PAD.decode(jwk.x).ok().filter(|x| x.len() == 32)?;
    let y = BASE64_URL_SAFE_NO_PAD.decode(jwk.y).ok().filter(|y| y.len() == 32)?;
    // Uncompressed. That it is on the curve is checked before a signature is.
    is_ours.then(|| (jwk.kid, [&[4], &x[..], &y[..]].concat()))
}
