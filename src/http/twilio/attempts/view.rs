//! Attempts in answers.

use serde_json::{Value, json};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::id::TenantId;
use crate::service::{Attempt, Services, VerifyService};

/// Returns the object of an attempt of one of the services.
pub(super) fn of(
    services: &Services,
    (tenant, known): (TenantId, &[VerifyService]),
    (attempt, base): (&Attempt, &str),
) -> Value {
    let Attempt { challenge, number, delivery, .. } = attempt;
    let sid = services.sids.send_attempt(challenge.id, *number);
    let service = known.iter().find(|service| service.purpose == challenge.purpose);
    let status = match delivery.status {
        DeliveryStatus::Queued => "queued",
        DeliveryStatus::Sent => "sent",
        DeliveryStatus::Delivered => "delivered",
        DeliveryStatus::Failed => "undelivered",
    };
    json!({
        "sid": sid,
        "account_sid": services.sids.account(tenant),
        "service_sid": service.map(|service| service.sid),
        "verification_sid": services.sids.verification(challenge.id),
        "date_created": delivery.queued_at,
        "date_updated": delivery.at.unwrap_or(delivery.queued_at),
        "conversion_status": if attempt.is_converted() { "converted" } else { "unconverted" },
        "channel": channel(delivery.channel),
        "price": { "value": null, "currency": null },
        "channel_data": {
            "to": delivery.to.hint,
            "status": status,
            "message_status": status,
            "error_code": delivery.error.map(|error| error.as_str()),
            "locale": challenge.details.locale().map(|locale| locale.as_str()),
            "country": delivery.to.country.map(|country| country.to_string()),
            "mcc": null,
            "mnc": null,
            "carrier": null,
        },
        "url": format!("{base}/Attempts/{sid}"),
    })
}

/// Returns the summary of attempts.
pub(super) fn summary(attempts: &[Attempt], base: &str) -> Value {
    let converted = attempts.iter().filter(|attempt| attempt.is_converted()).count();
    let rate = match attempts.len() {
        0 => 0.0,
        all => converted as f64 * 100.0 / all as f64,
    };
    json!({
        "total_attempts": attempts.len(),
        "total_converted": converted,
        "total_unconverted": attempts.len() - converted,
        "conversion_rate_percentage": format!("{rate:.9}"),
        "url": format!("{base}/Attempts/Summary"),
    })
}

const fn channel(channel: ChannelKind) -> &'static str {
    match channel {
        ChannelKind::Voice => "call",
        other => other.as_str(),
    }
}
