//! A message with all that sending it takes.

use std::sync::Arc;

use super::message::Message;
use super::sender::Sender;
use crate::domain::id::ChallengeId;

/// One message on its way.
#[derive(Clone, Debug)]
pub struct Job {
    /// The challenge that it belongs to.
    pub challenge: ChallengeId,
    /// Who sends.
    pub sender: Arc<Sender>,
    /// What is sent.
    pub message: Message,
    /// Tries made before this one.
    pub tries: u32,
}
