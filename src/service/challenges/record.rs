//! What the store records when a code is issued, by cause.

use crate::delivery::Message;
use crate::domain::challenges::challenge::{Challenge, ChallengeStatus, Standing};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::deliveries::delivery::DeliveryStatus;
use crate::domain::id::ChallengeId;
use crate::service::refusal::Refusal;
use crate::store::{
    ClaimedDelivery, Given, NewRecipient, OpenAsking, OpenChallenge, Opened, Resend, Resent, Store,
};

/// What is to be recorded, by cause.
pub(super) enum Record {
    Mint(Box<OpenChallenge>),
    Page(Box<OpenAsking>),
    Recipient(Box<NewRecipient>),
    Resend(Resend),
}

/// What was recorded.
pub(super) enum Recorded {
    /// A new challenge. Its message, if it has one, is the one that was drawn.
    New(ChallengeId),
    /// One more message of a challenge.
    Message(ClaimedDelivery),
    /// Nothing: somebody else has given the recipient.
    Nothing,
}

impl Record {
    /// Has the store decide.
    pub(super) async fn keep(self, store: &dyn Store) -> Result<Recorded, Refusal> {
        match self {
            Self::Mint(open) => {
                let new = open.binding.challenge;
                opened(store.open_challenge(*open).await?, new)
            }
            Self::Page(open) => {
                let new = open.challenge;
                opened(store.open_asking(*open).await?, new)
            }
            Self::Recipient(new) => given(store.give_recipient(*new).await?),
            Self::Resend(resend) => resent(store.resend(resend).await?),
        }
    }
}

/// An order whose code is drawn and sealed, to be recorded.
pub(super) struct Prepared {
    pub(super) record: Record,
    pub(super) challenge: Challenge,
    /// The message of a new challenge; the store has that of any other.
    pub(super) message: Option<Message>,
    pub(super) revealed: Option<Code>,
}

fn opened(opened: Opened, new: ChallengeId) -> Result<Recorded, Refusal> {
    match opened {
        Opened::Opened => Ok(Recorded::New(new)),
        Opened::Limited(hit) => Err(Refusal::Limited(hit)),
        Opened::Repeated => Err(Refusal::StillRunning),
    }
}

fn given(given: Given) -> Result<Recorded, Refusal> {
    match given {
        Given::Given(delivery) => Ok(Recorded::Message(delivery)),
        Given::Already => Ok(Recorded::Nothing),
        Given::Ended(status) => Err(Refusal::Ended(status)),
        Given::Unknown => Err(Refusal::UnknownChallenge),
        Given::Limited(hit) => Err(Refusal::Limited(hit)),
    }
}

fn resent(resent: Resent) -> Result<Recorded, Refusal> {
    match resent {
        Resent::Resent(delivery) => Ok(Recorded::Message(delivery)),
        Resent::UnderWay => Err(Refusal::SendUnderWay),
        Resent::NoRecipient => Err(Refusal::NoRecipient),
        Resent::Undeliverable => Err(Refusal::NothingToResend),
        Resent::Spent => Err(Refusal::SendsSpent),
        Resent::Ended(status) => Err(Refusal::Ended(status)),
        Resent::Unknown => Err(Refusal::UnknownChallenge),
        Resent::Limited(hit) => Err(Refusal::Limited(hit)),
        Resent::Repeated => Err(Refusal::StillRunning),
    }
}

/// A minted challenge, as it is recorded.
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
        sends_remaining: open.sends.max_sends.saturating_sub(1),
        resend_at: open.sends.resend_at(1, open.now),
        details: open.details.clone(),
        delivery: (channel != ChannelKind::None).then_some(DeliveryStatus::Queued),
        delivery_at: None,
        delivery_error: None,
    }
}

/// A challenge whose page asks for the recipient, as it is recorded.
pub(super) fn asking(open: &OpenAsking) -> Challenge {
    Challenge {
        id: open.challenge,
        purpose: open.purpose.clone(),
        channel: ChannelKind::Email,
        to: None,
        standing: Standing {
            status: ChallengeStatus::Pending,
            attempts: 0,
            max_attempts: open.max_attempts,
            expires_at: open.expires_at,
        },
        sends_remaining: open.max_sends,
        resend_at: None,
        details: open.details.clone(),
        delivery: None,
        delivery_at: None,
        delivery_error: None,
    }
}
