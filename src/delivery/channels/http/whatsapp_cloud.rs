//! WhatsApp Cloud API: authentication templates, whose words are Meta's.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::judgement::{Judged, Judgement};
use super::message::{CodeMedium, ProviderMessage, Said, Unfit};
use super::request::ProviderRequest;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::transports::whatsapp_cloud::WhatsappCloudSettings;

/// The longest code of a template.
const MAX_CODE: usize = 15;

/// Creates the request for a message. The rest of the code's life cannot be told: the template has
/// a validity of its own.
pub(super) fn request(
    settings: &WhatsappCloudSettings,
    secret: &SecretString,
    message: &ProviderMessage<'_>,
) -> Result<ProviderRequest, Unfit> {
    match message.said {
        Said::Code(CodeMedium::Whatsapp) => {}
        _ => return Err(Unfit::Medium),
    }
    if message.code.len() > MAX_CODE {
        return Err(Unfit::Code);
    }
    let code = json!([{ "type": "text", "text": message.code }]);
    let body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.digits(),
        "type": "template",
        "template": {
            "name": settings.template,
            "language": { "code": settings.language(message.locale) },
            "components": [
                { "type": "body", "parameters": code },
                { "type": "button", "sub_type": "url", "index": "0", "parameters": code },
            ],
        },
    });
    let url = format!("{}/messages", number(settings));
    Ok(ProviderRequest::json(url, &body).with_bearer(secret))
}

/// Returns the URL of the sending number.
fn number(settings: &WhatsappCloudSettings) -> String {
    format!("{}/{}/{}", settings.base(), settings.version(), settings.phone_number_id)
}

pub(super) fn judge(answer: &Answer<'_>) -> Judged {
    let Some(body) = answer.json() else { return Judgement::by_status(answer).into() };
    if let Some(error) = body.get("error") {
        let code = error.get("code").and_then(answer::number);
        let known = code.and_then(|code| meaning(code, answer));
        return known.unwrap_or_else(|| unknown_error(answer)).with(code);
    }
    let message = body.pointer("/messages/0");
    let id = answer::id(message.and_then(|message| message.get("id")));
    let status = message.and_then(|message| message.get("message_status")).map(|status| status.as_str());
    match (answer.is_success(), id, status) {
        (true, id @ Some(_), None | Some(Some("accepted" | "held_for_quality_assessment"))) => {
            Judgement::Accepted { id }.into()
        }
        (true, _, Some(Some("paused"))) => Judgement::SENDER.into(),
        _ => Judgement::by_status(answer).into(),
    }
}

/// An error object is a refusal whatever the status: 2xx says nothing about it.
fn unknown_error(answer: &Answer<'_>) -> Judgement {
    if answer.is_success() { Judgement::MESSAGE } else { Judgement::by_status(answer) }
}

/// Returns what an error code means, if it is known
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>).
fn meaning(code: u32, answer: &Answer<'_>) -> Option<Judgement> {
    Some(match code {
        // Rates, of the account and of the pair; and passing trouble.
        4 | 80_007 | 130_429 | 131_000 | 131_016 | 131_048 | 131_056 | 131_057 => {
            Judgement::Retry { after: answer.pause() }
        }
        // The token, and what it may do; the account is locked or has not paid.
        0 | 3 | 10 | 190 | 200..=299 | 368 | 131_005 | 131_031 | 131_042 => Judgement::LOGIN,
        // The number or the template.
        131_037 | 131_045 | 132_000 | 132_001 | 132_005 | 132_007 | 132_008 | 132_012 | 132_015 | 132_016
        | 133_010 => Judgement::SENDER,
        // The recipient has no WhatsApp, is the sender, or may not be written to.
        131_021 | 131_026 | 131_030 | 131_047 | 131_049 | 130_472 | 130_497 => Judgement::RECIPIENT,
        // A parameter is missing or invalid: the settings do not fit the template.
        100 | 131_008 | 131_009 => Judgement::NextRoute(DeliveryError::MessageRefused),
        _ => return None,
    })
}

/// Creates a request that needs the token and does nothing.
pub(super) fn login(settings: &WhatsappCloudSettings, secret: &SecretString) -> ProviderRequest {
    ProviderRequest::get(format!("{}?fields=id", number(settings))).with_bearer(secret)
}

/// Returns whether the answer to [`login`] proves that the token may use the number.
pub(super) fn judge_login(settings: &WhatsappCloudSettings, answer: &Answer<'_>) -> bool {
    let body = answer.json().filter(|_| answer.is_success());
    body.is_some_and(|body| body.get("id").and_then(Value::as_str) == Some(&settings.phone_number_id))
}

#[cfg(test)]
mod tests;
