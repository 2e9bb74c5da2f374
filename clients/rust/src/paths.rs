// SPDX-License-Identifier: MIT

use crate::error::{Error, Kind};

/// The path of a challenge.
pub(crate) fn challenge(key: &str) -> Result<String, Error> {
    named("challenges", key, is_letters(key), "challenge_not_found")
}

/// The path of a factor.
pub(crate) fn factor(handle: &str, verb: &str) -> Result<String, Error> {
    let is_handle = handle.strip_prefix("fct_").is_some_and(|rest| {
        (1..=64).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    });
    let path = named("factors", handle, is_handle, "factor_not_found")?;
    Ok(format!("{path}{verb}"))
}

/// The path of a relayed message.
pub(crate) fn message(id: &str) -> Result<String, Error> {
    named("messages", id, is_letters(id), "message_not_found")
}

fn is_letters(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A path, or what the server says to what cannot be the name of anything, which often comes from a form. The server
/// is not asked, as `..` would lead to another route.
fn named(resource: &str, name: &str, is_name: bool, code: &str) -> Result<String, Error> {
    if !is_name {
        let title = format!("This names none of the {resource}");
        return Err(Error::new(Kind::NotFound, code, title).with_status(404));
    }
    Ok(format!("/v1/{resource}/{name}"))
}

/// A text as a part of an address.
pub(crate) fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Whether a route carries out a request with the same `Idempotency-Key` only once. Others ignore it, so it would
/// promise what is not so.
pub(crate) fn takes_key(method: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let is_keyed = matches!(
        parts[..],
        ["v1", "challenges" | "verify" | "factors" | "messages"]
            | ["v1", "challenges", _, "verify" | "resend"]
            | ["v1", "factors", _, "confirm" | "check" | "recovery-codes"]
            | ["v1", "tenant", "keys" | "routes" | "webhooks"]
            | ["v1", "tenant", "sandbox", "keys"]
            | ["v1", "tenant", "keys", _, "rotate"]
            | ["v1", "tenant", "webhooks", _, "rotate" | "test"]
            | ["v1", "tenant", "webhooks", _, "deliveries", _, "replay"]
            | ["v1", "admin", "tenants"]
            | ["v1", "admin", "tenants", _, "keys"]
            | ["v1", "admin", "tokens"]
    );
    method == "POST" && is_keyed
}
