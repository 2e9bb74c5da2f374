//! Messages: what is to be sent, and to whom.

use std::sync::Arc;

use crate::delivery::content::template::kind::Template;
use crate::domain::address::Address;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::link::Link;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::deliveries::callback::CallbackAddress;
use crate::domain::locale::Locale;
use crate::domain::sms::Autofill;
use crate::domain::time::Timestamp;
use crate::domain::trace::TraceContext;

/// A message to one recipient.
#[derive(Clone, Debug)]
pub struct Message {
    /// An identifier that is unique to this send and the same on every try, so that a receiver can
    /// drop a duplicate: the left side of the `Message-ID`.
    pub id: String,
    /// The recipient's address.
    pub recipient: Address,
    /// The channel.
    pub channel: ChannelKind,
    /// The code.
    pub code: Code,
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The language of the recipient; English if it is not known.
    pub locale: Option<Locale>,
    /// The tenant's variables for its template.
    pub vars: Vars,
    /// The link that does the same as the code, if there is one. Only mails carry it.
    pub link: Option<Link>,
    /// The tenant's own template, if it has one.
    pub template: Option<Arc<Template>>,
    /// What makes a phone offer the code of a text message.
    pub autofill: Option<Autofill>,
    /// When the code was minted or sent again: the `Date`.
    pub created_at: Timestamp,
    /// When the code expires; the message is never sent after that.
    pub expires_at: Timestamp,
    /// Where its provider may report what becomes of it; `None` if nobody can reach this server.
    pub callback: Option<CallbackAddress>,
    /// Where its tries belong in a trace, if the request that caused it is recorded in one.
    pub trace_context: Option<TraceContext>,
}
