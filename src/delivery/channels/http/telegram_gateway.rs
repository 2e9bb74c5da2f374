//! Telegram Gateway: codes in Telegram's own chat.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::judgement::{Judged, Judgement};
use super::message::{CodeMedium, ProviderMessage, Said, Unfit};
use super::request::ProviderRequest;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::transports::telegram_gateway::TelegramGatewaySettings;

/// The bounds of `ttl`, in seconds. What is not delivered by then costs nothing.
const TTL: (u64, u64) = (30, 3_600);
/// The longest callback URL, in bytes.
const MAX_CALLBACK: usize = 256;

pub(super) fn request(
    settings: &TelegramGatewaySettings,
    secret: &SecretString,
    message: &ProviderMessage<'_>,
) -> Result<ProviderRequest, Unfit> {
    match message.said {
        Said::Code(CodeMedium::Telegram) => {}
        _ => return Err(Unfit::Medium),
    }
    let code = message.code;
    if !(4..=8).contains(&code.len()) || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Unfit::Code);
    }
    let ttl = message.seconds_left(TTL.0, TTL.1)?;
    let mut body = json!({ "phone_number": message.to, "code": code, "ttl": ttl, "payload": message.id });
    if let Some(sender) = &settings.sender_username {
        body["sender_username"] = json!(sender);
    }
    if let Some(url) = message.callback_url.filter(|url| url.len() <= MAX_CALLBACK) {
        body["callback_url"] = json!(url);
    }
    let url = format!("{}/sendVerificationMessage", settings.base());
    Ok(ProviderRequest::json(url, &body).with_bearer(secret))
}

pub(super) fn judge(answer: &Answer<'_>) -> Judged {
    let Some(body) = answer.json() else { return Judgement::by_status(answer).into() };
    let judgement = match (body.get("ok").and_then(Value::as_bool), answer.is_success()) {
        (Some(true), true) => match answer::id(body.pointer("/result/request_id")) {
            id @ Some(_) => Judgement::Accepted { id },
            None => Judgement::Unknown,
        },
        (Some(false), _) => {
            let word = body.get("error").and_then(Value::as_str).unwrap_or_default();
            meaning(word).unwrap_or_else(|| unknown_error(answer))
        }
        _ => Judgement::by_status(answer),
    };
    judgement.into()
}

/// `ok: false` is a refusal whatever the status.
fn unknown_error(answer: &Answer<'_>) -> Judgement {
    match Judgement::by_status(answer) {
        Judgement::Unknown => Judgement::NextRoute(DeliveryError::MessageRefused),
        other => other,
    }
}

/// Returns what an error means, if it is known.
fn meaning(word: &str) -> Option<Judgement> {
    if let Some(seconds) = word.strip_prefix("FLOOD_WAIT_") {
        return Some(Judgement::Retry {
            after: seconds.parse().ok().map(|s: u16| Duration::from_secs(s.into())),
        });
    }
    Some(match word {
        "ACCESS_TOKEN_INVALID" | "ACCESS_TOKEN_REQUIRED" | "ACCESS_TOKEN_EXPIRED" => Judgement::LOGIN,
        "BALANCE_NOT_ENOUGH" => Judgement::NextRoute(DeliveryError::ServerUnavailable),
        "SENDER_USERNAME_INVALID" | "SENDER_NOT_VERIFIED" | "SENDER_NOT_OWNED" | "SENDER_FLAGGED" => {
            Judgement::SENDER
        }
        "PHONE_NUMBER_INVALID" | "PHONE_NUMBER_NOT_FOUND" | "PHONE_NUMBER_NOT_AVAILABLE" => {
            Judgement::RECIPIENT
        }
        "CODE_INVALID" | "TTL_INVALID" | "PAYLOAD_INVALID" | "CALLBACK_URL_INVALID" => {
            Judgement::NextRoute(DeliveryError::MessageRefused)
        }
        _ => return None,
    })
}

/// Creates a request that needs the token and does nothing: it asks for a message that there is not.
/// To ask whether a number can be reached would cost as much as a message.
pub(super) fn login(settings: &TelegramGatewaySettings, secret: &SecretString) -> ProviderRequest {
    let url = format!("{}/checkVerificationStatus", settings.base());
    ProviderRequest::json(url, &json!({ "request_id": "0" })).with_bearer(secret)
}

/// Returns whether the answer to [`login`] proves that the token works: it complains of the message.
pub(super) fn judge_login(answer: &Answer<'_>) -> bool {
    let Some(body) = answer.json() else { return false };
    let error = body.get("error").and_then(Value::as_str).unwrap_or_default();
    body.get("ok").and_then(Value::as_bool) == Some(true) || error.starts_with("REQUEST_ID_")
}

#[cfg(test)]
mod tests;
