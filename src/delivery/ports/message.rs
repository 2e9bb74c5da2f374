//! What is to be sent, and to whom.

use std::sync::Arc;

use crate::delivery::content::template::rendering::Template;
use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;

/// What is to be said, and to whom.
#[derive(Clone, Debug)]
pub struct Message {
    /// Unique to this send and the same on every try at it, so that a receiver can drop a
    /// duplicate: the left side of the `Message-ID`.
    pub id: String,
    /// Where it goes.
    pub recipient: Address,
    /// Over which medium.
    pub channel: ChannelKind,
    /// The code.
    pub code: Code,
    /// What the code is for.
    pub purpose: Purpose,
    /// The language of the recipient, as far as it is known; English otherwise.
    pub locale: Option<Locale>,
    /// What the tenant tells for its template.
    pub vars: Vars,
    /// The tenant's own words, where it has some.
    pub template: Option<Arc<Template>>,
    /// When the code was minted or sent again: the `Date`.
    pub created_at: Timestamp,
    /// When the code stops working; never sent after.
    pub expires_at: Timestamp,
}
