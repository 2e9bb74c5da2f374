//! Messages to phone numbers, as the rules against toll fraud see them, and what those have refused.

use std::sync::Arc;

use crate::domain::id::TenantId;
use crate::domain::phone::fraud::block::{Block, BlockId};
use crate::domain::phone::fraud::rules::FraudRules;
use crate::domain::phone::fraud::trace::Trace;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::TrailKey;
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// What the rules against toll fraud have refused.
pub trait PhoneStore {
    /// Returns what is blocked at present, latest first.
    fn phone_blocks(&self, tenant: TenantId, now: Timestamp) -> Verb<'_, Vec<Block>>;

    /// Clears a block, and what was counted for it. Returns `false` if there is none.
    fn clear_phone_block(&self, tenant: TenantId, id: BlockId, by: Actor, now: Timestamp) -> Verb<'_, bool>;
}

/// The end user who asks for a message.
#[derive(Clone, Debug)]
pub struct EndUser {
    /// The keyed hash of the network.
    pub key: TrailKey,
    /// The network as it is shown.
    pub network: String,
}

/// A message to a phone number.
#[derive(Clone, Debug)]
pub struct PhoneSend {
    /// What the challenge keeps of the number.
    pub trace: Trace,
    /// The end user, if known.
    pub end_user: Option<EndUser>,
    /// The rules.
    pub rules: Arc<FraudRules>,
    /// Keys of another version, each with the present one. What was counted under them is moved.
    pub moved: Vec<(TrailKey, TrailKey)>,
}

/// Another message to the phone number of a challenge.
#[derive(Clone, Debug)]
pub struct PhoneResend {
    /// The end user who asks for it; otherwise it counts for the one who asked for the first.
    pub end_user: Option<EndUser>,
    /// The rules.
    pub rules: Arc<FraudRules>,
}
