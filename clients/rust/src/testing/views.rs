// SPDX-License-Identifier: MIT

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::book::{Book, Entry, or_null, resend_at, sends_remaining};
use crate::types::{Channel, Status};

/// A challenge, as its tenant sees it.
pub(super) fn view(book: &Book, entry: &Entry) -> Value {
    let mut view = common(entry);
    view["status"] = json!(book.status(entry));
    view["created_at"] = timestamp(entry.created_at).into();
    let last = entry.sends.last();
    view["delivery"] =
        or_null(last.map(|(_, at)| json!({ "status": "sent", "at": timestamp(*at), "error": null })));
    view["nonce"] = or_null(entry.nonce.clone());
    view["metadata"] = json!(entry.metadata);
    view
}

pub(super) fn deliveries(sends: impl Iterator<Item = (Channel, Timestamp)>) -> Value {
    let sent = sends.map(|(channel, at)| {
        let at = timestamp(at);
        json!({ "channel": channel, "route": null, "status": "sent", "queued_at": at, "at": at, "error": null })
    });
    sent.collect()
}

/// A challenge, as a holder of its key sees it.
pub(super) fn public_view(entry: &Entry) -> Value {
    let mut view = common(entry);
    view["status"] = json!(entry.ended.unwrap_or(Status::Pending));
    view["delivery"] = or_null(entry.sends.last().map(|_| json!({ "status": "sent" })));
    view
}

/// What the receipt of a challenge says.
pub(super) fn claims_of(entry: &Entry, audience: &str, now: Timestamp) -> Value {
    let mut said = json!({
        "sub": entry.to, "purpose": entry.purpose, "channel": entry.channel, "jti": entry.key,
    });
    if let Some(nonce) = &entry.nonce {
        said["nonce"] = nonce.clone().into();
    }
    if let Some(bind) = &entry.bind {
        said["bind"] = bind.clone().into();
    }
    if !entry.metadata.is_empty() {
        said["metadata"] = json!(entry.metadata);
    }
    claims(said, audience, now)
}

/// A receipt that says this.
pub(super) fn claims(mut said: Value, audience: &str, now: Timestamp) -> Value {
    let iat = now.as_second();
    said["iss"] = "otpmint".into();
    said["aud"] = audience.into();
    said["iat"] = iat.into();
    said["exp"] = (iat + 300).into();
    said["amr"] = json!(["otp"]);
    said
}

fn common(entry: &Entry) -> Value {
    json!({
        "key": entry.key, "purpose": entry.purpose, "channel": entry.channel, "to": masked(&entry.to),
        "locale": entry.locale, "expires_at": timestamp(entry.expires_at), "attempts_remaining": entry.attempts,
        "sends_remaining": sends_remaining(entry), "resend_at": or_null(resend_at(entry).map(timestamp)),
    })
}

/// `j***@e***.com`, or `+49 *** ***78`.
pub(super) fn masked(to: &str) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    match to.split_once('@') {
        Some((local, domain)) => {
            let end = domain.rfind('.').map_or("", |at| &domain[at..]);
            format!("{}***@{}***{end}", first(local), first(domain))
        }
        None => format!("{} *** ***{}", &to[..3], &to[to.len() - 2..]),
    }
}

pub(super) fn timestamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// How a value is written.
pub(super) fn word(value: &impl Serialize) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}
