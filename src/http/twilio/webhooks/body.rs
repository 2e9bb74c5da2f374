//! The forms of webhooks.

use crate::domain::outbound_url::OutboundUrl;
use crate::domain::webhooks::event::{EventKind, EventKinds};
use crate::domain::webhooks::webhook::MAX_DESCRIPTION;
use crate::http::twilio::error::TwilioError;
use crate::http::twilio::form::Form;
use crate::service::{NewEndpoint, Webhooks};

/// The events of the Twilio API that are events here too.
const SAME: [(&str, EventKind); 3] = [
    ("factor.verified", EventKind::FactorConfirmed),
    ("factor.deleted", EventKind::FactorRemoved),
    ("challenge.approved", EventKind::ChallengeVerified),
];

/// Returns the word for a kind of event.
pub(super) fn word(kind: EventKind) -> &'static str {
    let same = SAME.iter().find(|(_, known)| *known == kind);
    same.map_or(kind.as_str(), |(word, _)| word)
}

/// Reads the form of a new webhook.
pub(super) fn new_webhook(
    form: Form,
    webhooks: &Webhooks,
) -> Result<(OutboundUrl, NewEndpoint), TwilioError> {
    let mut new = changes(form, webhooks)?;
    let required = |name: &str| TwilioError::parameter(name, "it is required");
    let url = new.url.take().ok_or_else(|| required("WebhookUrl"))?;
    if new.description.is_none() {
        return Err(required("FriendlyName"));
    }
    if new.events.is_none() {
        return Err(required("EventTypes"));
    }
    Ok((url, new))
}

/// Reads what a form changes of a webhook.
pub(super) fn changes(mut form: Form, webhooks: &Webhooks) -> Result<NewEndpoint, TwilioError> {
    let wanted = format!("1 to {MAX_DESCRIPTION} bytes on one line");
    let description = form.parsed("FriendlyName", &wanted, |text| {
        let fits = (1..=MAX_DESCRIPTION).contains(&text.len()) && !text.chars().any(char::is_control);
        fits.then(|| text.to_owned())
    })?;
    let url = form
        .take("WebhookUrl")?
        .map(|text| webhooks.parse_url(&text).map_err(|error| TwilioError::parameter("WebhookUrl", error)));
    let enabled = form.parsed("Status", "enabled or disabled", |word| match word {
        "enabled" => Some(true),
        "disabled" => Some(false),
        _ => None,
    })?;
    let words = form.take_all("EventTypes");
    let kinds = words.iter().map(|word| kinds(word)).collect::<Result<Vec<_>, _>>()?.concat();
    let events = match kinds.len() {
        0 => None,
        _ if EventKind::ALL.iter().all(|kind| kinds.contains(kind)) => Some(EventKinds::all()),
        _ => Some(kinds.into_iter().collect()),
    };
    form.without("Version", &["", "v2"])?;
    form.end()?;
    Ok(NewEndpoint { url: url.transpose()?, description, events, enabled })
}

/// Returns the kinds of events that a word means.
fn kinds(word: &str) -> Result<Vec<EventKind>, TwilioError> {
    if word == "*" {
        return Ok(EventKind::ALL.to_vec());
    }
    let same = SAME.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind);
    let own = || EventKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    let kind = same.or_else(own).ok_or_else(|| {
        let all = EventKind::ALL.map(self::word).join(", ");
        TwilioError::parameter("EventTypes", format_args!("it must be * or one of {all}"))
    })?;
    Ok(vec![kind])
}
