//! The error codes of Twilio (<https://www.twilio.com/docs/api/errors>).

use super::judgement::Judgement;
use crate::domain::deliveries::delivery::DeliveryError;

/// Returns what a code means, if it is known.
pub(super) fn meaning(code: u32) -> Option<Judgement> {
    Some(match code {
        // Too many requests; the queue is full; the sender's rate is exceeded.
        20429 | 30001 | 30022 => Judgement::Retry { after: None },
        // The login; the account is suspended or not funded.
        20003 | 20005 | 20006 | 20008 | 30002 | 90010 => Judgement::LOGIN,
        // The sender: not owned, not capable, not registered, or not for this country.
        21212 | 21408 | 21603 | 21606 | 21612 | 21659 | 21660 | 21701 | 21703 | 30034 | 63007 | 63016
        | 63018 => Judgement::SENDER,
        // The account has sent too much.
        63038 => Judgement::NextRoute(DeliveryError::ServerUnavailable),
        // The recipient: not a number, not mobile, opted out, off, blocked, unknown, a landline.
        21211 | 21214 | 21217 | 21407 | 21421 | 21610 | 21614 | 21635 | 30003 | 30004 | 30005 | 30006
        | 30008 | 60410 | 63003 | 63024 => Judgement::RECIPIENT,
        // The message: empty, too long, filtered.
        21602 | 21605 | 21617 | 30007 | 63013 => Judgement::MESSAGE,
        _ => return None,
    })
}
