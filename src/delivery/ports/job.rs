//! Jobs: messages with everything that is needed to send them.

use std::sync::Arc;

use super::message::Message;
use super::sender::Sender;
use crate::domain::id::ChallengeId;

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
}
