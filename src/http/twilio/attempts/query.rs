//! The filters of attempts.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::time::Timestamp;
use crate::http::twilio::error::TwilioError;
use crate::http::twilio::form::Form;
use crate::service::{AttemptQuery, VerifyService};

/// The filters of a list, which the addresses of its pages repeat.
pub(super) const FILTERS: [&str; 8] = [
    "DateCreatedAfter",
    "DateCreatedBefore",
    "ChannelData.To",
    "Country",
    "Channel",
    "VerifyServiceSid",
    "VerificationSid",
    "Status",
];

/// Reads the filters that lists and summaries have in common; each leaves the rest of the query to the caller.
fn common(form: &mut Form, services: &[VerifyService]) -> Result<AttemptQuery, TwilioError> {
    let moment = "a moment such as 2026-01-01T00:00:00Z";
    let service = form.take("VerifyServiceSid")?;
    let is_asked = |known: &&VerifyService| {
        service.as_ref().is_none_or(|service| known.sid.to_string() == service.as_str())
    };
    let purposes = services.iter().filter(is_asked).map(|known| known.purpose.clone()).collect();
    // Recipients are forgotten when a challenge ends, and their countries with them.
    form.without("Country", &[""])?;
    Ok(AttemptQuery {
        purposes,
        channel: form.parsed("Channel", "sms, call, email, whatsapp or telegram", channel)?,
        after: form.parsed("DateCreatedAfter", moment, Timestamp::parse)?,
        before: form.parsed("DateCreatedBefore", moment, Timestamp::parse)?,
        verification: None,
        converted: None,
    })
}

/// Reads the filters of a list.
pub(super) fn list(query: &str, services: &[VerifyService]) -> Result<AttemptQuery, TwilioError> {
    let mut form = Form::parse(query.as_bytes());
    let asked = common(&mut form, services)?;
    form.without("ChannelData.To", &[""])?;
    let verification = form.take("VerificationSid")?.map(|sid| sid.to_string());
    let converted = form.parsed("Status", "converted or unconverted", |word| match word {
        "converted" => Some(true),
        "unconverted" => Some(false),
        _ => None,
    })?;
    Ok(AttemptQuery { verification, converted, ..asked })
}

/// Reads the filters of a summary.
pub(super) fn summary(query: &str, services: &[VerifyService]) -> Result<AttemptQuery, TwilioError> {
    let mut form = Form::parse(query.as_bytes());
    let asked = common(&mut form, services)?;
    form.without("DestinationPrefix", &[""])?;
    form.end()?;
    Ok(asked)
}

fn channel(word: &str) -> Option<ChannelKind> {
    match word.to_ascii_lowercase().as_str() {
        "sms" => Some(ChannelKind::Sms),
        "call" => Some(ChannelKind::Voice),
        "email" => Some(ChannelKind::Email),
        "whatsapp" => Some(ChannelKind::Whatsapp),
        "telegram" => Some(ChannelKind::Telegram),
        _ => None,
    }
}
