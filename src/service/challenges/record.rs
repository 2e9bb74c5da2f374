//! The step between issuing a code and recording it: the input of the store, and the meaning of its
//! result.

use crate::delivery::Message;
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus, Standing};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::service::refusal::Refusal;
use crate::store::{Issue, Issued, OpenAsking, OpenChallenge};

/// An order whose code is drawn and sealed, ready to be recorded.
pub(super) struct Prepared {
    pub(super) issue: Issue,
    pub(super) challenge: Challenge,
    /// The message of a new challenge; for any other cause the store has it.
    pub(super) message: Option<Message>,
    pub(super) revealed: Option<Code>,
}

/// Returns what the store issued, or the refusal.
pub(super) fn accepted(issued: Issued) -> Result<Issued, Refusal> {
    match issued {
        Issued::Opened | Issued::Queued(_) | Issued::Already => Ok(issued),
        // Whoever has just opened it is sending its message.
        Issued::UnderWay | Issued::Pending => Err(Refusal::SendUnderWay),
        Issued::Undeliverable => Err(Refusal::NothingToResend),
        Issued::NoRecipient => Err(Refusal::NoRecipient),
        Issued::Spent => Err(Refusal::SendsSpent),
        Issued::Ended(status) => Err(Refusal::Ended(status)),
        Issued::Unknown => Err(Refusal::UnknownChallenge),
        Issued::Limited(hit) => Err(Refusal::Limited(hit)),
        Issued::LimitedByName(name, hit) => Err(Refusal::LimitedByName(name, hit)),
        Issued::Repeated => Err(Refusal::StillRunning),
    }
}

/// Returns the state in which a minted challenge is recorded.
pub(super) fn minted(open: &OpenChallenge) -> Challenge {
    let channel = open.binding.channel;
    Challenge {
        id: open.binding.challenge,
        purpose: open.binding.purpose.clone(),
        channel,
        to: Some(open.recipient_hint.clone()),
        standing: Standing {
            status: ChallengeStatus::Pending,
            attempts: 0,
            max_attempts: open.max_attempts,
            expires_at: open.expires_at,
        },
        max_sends: open.sends.max_sends,
        sends_remaining: open.sends.max_sends.saturating_sub(1),
        resend_at: open.sends.resend_at(1, open.now),
        details: open.details.clone(),
        delivery: (channel != ChannelKind::None).then_some(DeliveryStatus::Queued),
        delivery_at: None,
        delivery_error: None,
    }
}

/// Returns the state in which a challenge whose page asks for the recipient is recorded.
pub(super) fn asking(open: &OpenAsking) -> Challenge {
    Challenge {
        id: open.challenge,
        purpose: open.purpose.clone(),
        channel: open.channel,
        to: None,
        standing: Standing {
            status: ChallengeStatus::Pending,
            attempts: 0,
            max_attempts: open.max_attempts,
            expires_at: open.expires_at,
        },
        max_sends: open.max_sends,
        sends_remaining: open.max_sends,
        resend_at: None,
        details: open.details.clone(),
        delivery: None,
        delivery_at: None,
        delivery_error: None,
    }
}
