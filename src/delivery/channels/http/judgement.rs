//! Judgements: what an answer means for the message and for the route.

use std::time::Duration;

use super::answer::Answer;
use crate::domain::deliveries::delivery::DeliveryError;

/// What an answer means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// The provider took responsibility for the message, and said so.
    Accepted {
        /// The provider's id of the message.
        id: Option<String>,
    },
    /// The provider did not take it now, but may do so later.
    Retry {
        /// The pause that the provider asks for.
        after: Option<Duration>,
    },
    /// The account is at fault: another one may send the message.
    NextRoute(DeliveryError),
    /// The recipient or the message is at fault: no account will send it.
    Refused(DeliveryError),
    /// The provider may have taken the message.
    Unknown,
}

/// A judgement, with the number that the provider gives for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judged {
    /// The judgement.
    pub judgement: Judgement,
    /// The provider's own number of the error.
    pub code: Option<u32>,
}

impl From<Judgement> for Judged {
    fn from(judgement: Judgement) -> Self {
        Self { judgement, code: None }
    }
}

impl Judgement {
    /// The recipient is at fault.
    pub(super) const RECIPIENT: Self = Self::Refused(DeliveryError::RecipientRefused);
    /// The message is at fault.
    pub(super) const MESSAGE: Self = Self::Refused(DeliveryError::MessageRefused);
    /// The login, or what it may do, is at fault.
    pub(super) const LOGIN: Self = Self::NextRoute(DeliveryError::AuthenticationFailed);
    /// The sender or another setting of the account is at fault.
    pub(super) const SENDER: Self = Self::NextRoute(DeliveryError::SenderRefused);

    /// The judgement with the provider's number.
    pub(super) fn with(self, code: Option<u32>) -> Judged {
        Judged { judgement: self, code }
    }

    /// Judges an answer by its status alone. No status is an acceptance: what a provider means by
    /// 200 is in the body. A gateway in between (502, 504, 520 to 527) may have passed the request
    /// on, so that its fate is unknown.
    pub(super) fn by_status(answer: &Answer<'_>) -> Self {
        match answer.status {
            400 | 413 | 422 => Self::MESSAGE,
            401..=403 => Self::LOGIN,
            408 | 425 | 429 | 500 | 501 | 503 | 505..=519 | 528..=599 => {
                Self::Retry { after: answer.pause() }
            }
            300..=399 | 404..=407 | 409..=412 | 414..=421 | 423 | 424 | 426..=428 | 430..=499 => {
                Self::NextRoute(DeliveryError::ProtocolViolated)
            }
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_status_is_an_acceptance_and_each_has_its_class() {
        let judge = |status, retry_after| {
            Judgement::by_status(&Answer { status, retry_after, body: b"{\"ok\":true}" })
        };
        for status in 0..=999 {
            assert!(!matches!(judge(status, None), Judgement::Accepted { .. }), "{status}");
        }
        for status in [100, 200, 201, 202, 204, 502, 504, 522, 600, 0] {
            assert_eq!(judge(status, None), Judgement::Unknown, "{status}");
        }
        for status in [408, 425, 429, 500, 503] {
            let after = Some(Duration::from_secs(9));
            assert_eq!(judge(status, Some("9")), Judgement::Retry { after }, "{status}");
        }
        for status in [401, 402, 403] {
            assert_eq!(judge(status, None), Judgement::LOGIN, "{status}");
        }
        for status in [301, 302, 307, 308, 404, 405, 418] {
            assert!(matches!(judge(status, None), Judgement::NextRoute(_)), "{status}");
        }
        for status in [400, 422] {
            assert_eq!(judge(status, None), Judgement::MESSAGE, "{status}");
        }
    }
}
