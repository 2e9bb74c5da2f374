//! The filters of attempts.

use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::phone::country::Country;
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

/// What a tenant knows that filters name.
pub(super) struct Known<'a> {
    /// Its services.
    pub(super) services: &'a [VerifyService],
    /// The country whose numbers it writes without a prefix.
    pub(super) region: Option<Country>,
}

/// Reads the filters of a list. What is none of them is left to the caller.
pub(super) fn list(query: &str, known: &Known<'_>) -> Result<AttemptQuery, TwilioError> {
    filters(&mut Form::parse(query.as_bytes()), known)
}

/// Reads the filters of a summary, which has all those of a list.
pub(super) fn summary(query: &str, known: &Known<'_>) -> Result<AttemptQuery, TwilioError> {
    let mut form = Form::parse(query.as_bytes());
    let asked = filters(&mut form, known)?;
    // Of a recipient nothing is kept in clear but what its mask shows.
    form.without("DestinationPrefix", &[""])?;
    form.end()?;
    Ok(asked)
}

fn filters(form: &mut Form, known: &Known<'_>) -> Result<AttemptQuery, TwilioError> {
    let moment = "a moment such as 2026-01-01T00:00:00Z";
    let service = form.take("VerifyServiceSid")?;
    let is_asked = |known: &&VerifyService| {
        service.as_ref().is_none_or(|service| known.sid.to_string() == service.as_str())
    };
    Ok(AttemptQuery {
        purposes: known.services.iter().filter(is_asked).map(|known| known.purpose.clone()).collect(),
        verification: form.take("VerificationSid")?.map(|sid| sid.to_string()),
        to: form.parsed("ChannelData.To", "a phone number or a mail address", |text| {
            Address::parse_in(known.region, text).ok()
        })?,
        country: form.parsed(
            "Country",
            "the two capital letters of a country, such as DE",
            Country::known,
        )?,
        channel: form.parsed("Channel", "sms, call, email, whatsapp or telegram", channel)?,
        converted: form.parsed("Status", "converted or unconverted", |word| match word {
            "converted" => Some(true),
            "unconverted" => Some(false),
            _ => None,
        })?,
        after: form.parsed("DateCreatedAfter", moment, Timestamp::parse)?,
        before: form.parsed("DateCreatedBefore", moment, Timestamp::parse)?,
    })
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
