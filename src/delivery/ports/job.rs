//! Jobs: messages with everything that is needed to send them.

use std::sync::Arc;

use super::message::Message;
use super::sender::Sender;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::unconfirmed::Unconfirmed;
use crate::domain::id::{self, ChallengeId};
use crate::domain::time::Timestamp;

/// One message to deliver.
#[derive(Clone, Debug)]
pub struct Job {
    /// The challenge that it belongs to.
    pub challenge: ChallengeId,
    /// The sender.
    pub sender: Arc<Sender>,
    /// The message.
    pub message: Message,
    /// Number of earlier tries.
    pub tries: u32,
    /// Number of earlier tries whose fate is unknown.
    pub unconfirmed: u32,
}

impl Job {
    /// Returns what is known of tries whose fate is not.
    pub(in crate::delivery) fn unconfirmed(&self) -> Unconfirmed {
        Unconfirmed {
            tries: self.unconfirmed,
            minted_at: id::moment(self.challenge.0),
            expires_at: self.message.expires_at,
        }
    }

    /// Returns whether the message may be sent at `moment`. A mail may always be repeated, because
    /// its `Message-ID` stays the same and it costs nothing.
    pub(in crate::delivery) fn may_be_sent(&self, moment: Timestamp) -> bool {
        self.message.channel == ChannelKind::Email || self.unconfirmed().may_be_sent(moment)
    }
}
