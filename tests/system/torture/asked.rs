//! Requests of both faces, and the meaning of their answers.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::client::Reply;
use crate::torture::history::{Answer, Medium, Receipt, Status, Subject};
use crate::torture::line::Request;
use crate::torture::world::text;

/// The purpose of every challenge: the compat routes know no other.
pub const PURPOSE: &str = "verification";

/// How to make a request and read its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Face {
    V1,
    /// With the secret key in the body.
    Compat,
    /// Compat without a secret key.
    Anonymous,
}

pub fn v1(method: &'static str, path: String, secret: &str, body: &Value) -> Request {
    let headers = vec![format!("Authorization: Bearer {secret}")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    Request { method, path, headers, body }
}

fn compat(path: &str, body: &Value) -> Request {
    let headers = vec!["Accept: application/json".to_owned()];
    Request { method: "POST", path: path.to_owned(), headers, body: body.to_string() }
}

pub fn mint(subject: &Subject, secret: &str, ttl: u64) -> Request {
    let to = &subject.recipient;
    let number = subject.number.to_string();
    let mut body = json!({ "to": to, "ttl": ttl, "nonce": number, "metadata": { "number": number } });
    match subject.medium {
        Medium::Accepted => return compat("/otp", &json!({ "mail": to, "secretKey": secret })),
        Medium::Told => body["channel"] = json!("none"),
        Medium::Mailed => {}
    }
    v1("POST", "/v1/challenges".to_owned(), secret, &body)
}

pub fn verify(face: Face, key: &str, secret: &str, code: &str) -> Request {
    let mut body = json!({ "shareableKey": key, "otp": code });
    match face {
        Face::V1 => {
            let path = format!("/v1/challenges/{key}/verify");
            return v1("POST", path, secret, &json!({ "code": code }));
        }
        Face::Compat => body["secretKey"] = json!(secret),
        Face::Anonymous => {}
    }
    compat("/verify-otp", &body)
}

/// The answer to a mint. Key, deadline and, if it is returned, the code go to the subject.
pub fn minted(reply: &Reply, subject: &mut Subject) -> Answer {
    if !matches!(reply.status, 200 | 201) {
        return refused(Face::V1, reply);
    }
    let body = reply.json();
    let key = body["key"].as_str().or(body["shareableKey"].as_str()).expect("a shareable key").to_owned();
    let deadline: Timestamp = text(&body, "expires_at").parse().expect("a moment");
    subject.key = Some(key.clone());
    subject.expires_at = deadline.as_millisecond();
    // A code is returned once: the repeated answer lacks it.
    subject.code = subject.code.take().or(body["code"].as_str().map(str::to_owned));
    Answer::Minted { key }
}

/// The answer to an attempt.
pub fn verified(face: Face, reply: &Reply, receipt: impl FnOnce(Option<&str>) -> Receipt) -> Answer {
    match (face, reply.status) {
        (Face::V1, 200) => Answer::Verified(receipt(reply.json()["receipt"].as_str())),
        (Face::Compat | Face::Anonymous, 201) => Answer::Verified(Receipt::NotOffered),
        _ => refused(face, reply),
    }
}

/// The answer to a query of a challenge.
pub fn seen(reply: &Reply) -> Answer {
    if reply.status != 200 {
        return refused(Face::V1, reply);
    }
    let body = reply.json();
    let status = body["status"].as_str().and_then(Status::parse).expect("a status");
    Answer::Seen { status, remaining: body["attempts_remaining"].as_u64().expect("a number") }
}

/// The answer to a change.
pub fn done(reply: &Reply) -> Answer {
    match reply.status {
        200 | 201 | 204 => Answer::Done,
        _ => refused(Face::V1, reply),
    }
}

fn refused(face: Face, reply: &Reply) -> Answer {
    let body = reply.json();
    let code = body["code"].as_str().unwrap_or_else(|| panic!("no code in {reply:?}"));
    match code {
        "code_mismatch" => {
            Answer::Mismatched { remaining: body["attempts_remaining"].as_u64().expect("a number") }
        }
        "challenge_not_found" if face == Face::Anonymous => Answer::EndedSomehow,
        "challenge_not_found" => Answer::NotFound,
        "invalid_secret_key" => Answer::Unauthorized,
        "recipient_lockout" | "failures_per_recipient" => Answer::Locked,
        _ => match code.strip_prefix("challenge_").and_then(Status::parse) {
            Some(status) => Answer::Ended(status),
            None => Answer::Refused(code.to_owned()),
        },
    }
}

/// Whether to send the same request again: the server is dying, or the first one is still running.
pub fn is_to_be_repeated(answer: &Answer) -> bool {
    matches!(answer, Answer::Refused(code) if matches!(code.as_str(), "shutting_down" | "idempotency_key_in_use" | "store_unavailable"))
}
