//! Twilio: texts and WhatsApp messages by `Messages.json`, calls by `Calls.json`.

use std::borrow::Cow;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::answer::{self, Answer};
use super::judgement::{Judged, Judgement};
use super::message::{CodeMedium, ProviderMessage, Said, Unfit};
use super::request::ProviderRequest;
use super::{twilio_errors, twiml};
use crate::domain::tenants::transports::twilio::TwilioSettings;

/// The bounds of `ValidityPeriod`, in seconds.
const VALIDITY: (u64, u64) = (1, 36_000);
/// How long a phone rings, in seconds: less than most mailboxes wait.
const RINGING: &str = "25";
/// The most that a call may take, in seconds.
const LONGEST_CALL: &str = "120";
/// What the provider says of what it took.
const TAKEN: [&str; 9] = [
    "accepted",
    "queued",
    "scheduled",
    "sending",
    "sent",
    "delivered",
    "initiated",
    "ringing",
    "in-progress",
];

type Fields<'a> = Vec<(&'static str, Cow<'a, str>)>;

pub(super) fn request(
    settings: &TwilioSettings,
    secret: &SecretString,
    message: &ProviderMessage<'_>,
) -> Result<ProviderRequest, Unfit> {
    let (resource, mut fields) = match message.said {
        Said::Text(text) => ("Messages", text_fields(settings, message, text)?),
        Said::Call { sentences, language } => {
            ("Calls", call_fields(settings, message, twiml::call(sentences, language))?)
        }
        Said::Code(CodeMedium::Whatsapp) => ("Messages", whatsapp_fields(settings, message)?),
        Said::Code(CodeMedium::Telegram) => return Err(Unfit::Medium),
    };
    if let Some(url) = message.callback_url {
        fields.push(("StatusCallback", url.into()));
    }
    let url = format!("{}/{resource}.json", account(settings));
    Ok(ProviderRequest::form(url, fields).with_basic(settings.user(), secret))
}

/// Returns the URL of the account's resources.
fn account(settings: &TwilioSettings) -> String {
    format!("{}/2010-04-01/Accounts/{}", settings.base(), settings.account_sid)
}

fn text_fields<'a>(
    settings: &'a TwilioSettings,
    message: &ProviderMessage<'a>,
    text: &'a str,
) -> Result<Fields<'a>, Unfit> {
    let from = match (&settings.messaging_service_sid, &settings.from) {
        (Some(service), _) => ("MessagingServiceSid", service.as_str()),
        (None, Some(from)) => ("From", from.of(message.digits())),
        (None, None) => return Err(Unfit::Medium),
    };
    let validity = message.seconds_left(VALIDITY.0, VALIDITY.1)?.to_string();
    Ok(vec![
        ("To", message.to.into()),
        (from.0, from.1.into()),
        ("Body", text.into()),
        ("ValidityPeriod", validity.into()),
    ])
}

fn call_fields<'a>(
    settings: &'a TwilioSettings,
    message: &ProviderMessage<'a>,
    twiml: String,
) -> Result<Fields<'a>, Unfit> {
    let from = settings.voice_from.as_ref().ok_or(Unfit::Medium)?.of(message.digits());
    message.seconds_left(30, u64::MAX)?;
    Ok(vec![
        ("To", message.to.into()),
        ("From", from.into()),
        ("Twiml", twiml.into()),
        ("Timeout", RINGING.into()),
        ("TimeLimit", LONGEST_CALL.into()),
    ])
}

fn whatsapp_fields<'a>(
    settings: &'a TwilioSettings,
    message: &ProviderMessage<'a>,
) -> Result<Fields<'a>, Unfit> {
    let whatsapp = settings.whatsapp.as_ref().ok_or(Unfit::Medium)?;
    let validity = message.seconds_left(VALIDITY.0, VALIDITY.1)?.to_string();
    Ok(vec![
        ("To", format!("whatsapp:{}", message.to).into()),
        ("From", format!("whatsapp:{}", whatsapp.from).into()),
        ("ContentSid", whatsapp.content_sid.as_str().into()),
        ("ContentVariables", json!({ "1": message.code }).to_string().into()),
        ("ValidityPeriod", validity.into()),
    ])
}

pub(super) fn judge(answer: &Answer<'_>) -> Judged {
    let Some(body) = answer.json() else { return Judgement::by_status(answer).into() };
    let code = ["code", "error_code"].into_iter().find_map(|name| answer::number(body.get(name)?));
    let known = code.and_then(twilio_errors::meaning).map(|meaning| match meaning {
        Judgement::Retry { .. } => Judgement::Retry { after: answer.pause() },
        other => other,
    });
    if !answer.is_success() {
        return known.unwrap_or_else(|| Judgement::by_status(answer)).with(code);
    }
    let id = answer::id(body.get("sid"));
    let status = body.get("status").and_then(Value::as_str).unwrap_or_default();
    let judgement = match (known, status, id) {
        (Some(known), ..) => known,
        (None, status, Some(id)) if TAKEN.contains(&status) => Judgement::Accepted { id: Some(id) },
        (None, "failed" | "undelivered" | "canceled", _) => Judgement::MESSAGE,
        _ => Judgement::Unknown,
    };
    judgement.with(code)
}

/// Creates a request that needs the login and does nothing. API keys may not read the account.
pub(super) fn login(settings: &TwilioSettings, secret: &SecretString) -> ProviderRequest {
    let url = match settings.api_key_sid {
        Some(_) => format!("{}/Messages.json?PageSize=1", account(settings)),
        None => format!("{}.json", account(settings)),
    };
    ProviderRequest::get(url).with_basic(settings.user(), secret)
}

/// Returns whether the answer to [`login`] proves that the login works.
pub(super) fn judge_login(settings: &TwilioSettings, answer: &Answer<'_>) -> bool {
    let Some(body) = answer.json().filter(|_| answer.is_success()) else { return false };
    match settings.api_key_sid {
        Some(_) => body.get("messages").is_some_and(Value::is_array),
        None => body.get("sid").and_then(Value::as_str) == Some(&settings.account_sid),
    }
}

#[cfg(test)]
mod tests;
