//! Orders: a code to issue, and the cause.

use std::net::IpAddr;

use crate::domain::address::Address;
use crate::domain::challenges::asking::Asking;
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::code::Alphabet;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::fallback::Fallback;
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::sandbox::Reserved;
use crate::domain::reports::actor::Actor;
use crate::domain::secret::Sealed;
use crate::domain::sms::Autofill;
use crate::domain::time::Timestamp;
use crate::service::admission::Permit;
use crate::service::limits::gauge::Gauge;
use crate::service::tenants::loaded::LoadedTenant;

use crate::store::SwitchCause;

use super::request::{MintRequest, PageRequest, RelayRequest};

/// A code to issue. The caller has already been authorised.
pub(super) struct Order<'a> {
    /// The tenant that owns the code.
    pub(super) tenant: &'a LoadedTenant,
    /// Records the rate that the request was counted under.
    pub(super) gauge: &'a Gauge,
    /// The place among the requests that wait for the store.
    pub(super) permit: Permit,
    /// The actor.
    pub(super) by: Actor,
    /// The address of the end user, if it is known: that of the visitor of a page, or the one that the
    /// tenant has passed on.
    pub(super) end_user: Option<IpAddr>,
    /// Identifies the request if it is repeated.
    pub(super) once: Option<Once>,
    /// The cause.
    pub(super) cause: IssueCause<'a>,
}

/// The cause for which a code is issued.
pub(super) enum IssueCause<'a> {
    /// The tenant mints it for a recipient.
    Mint(&'a MintRequest),
    /// The tenant mints a challenge whose page asks for the recipient; the code follows when it is given.
    Page(&'a PageRequest),
    /// The tenant has made a code and wants it delivered.
    Relay(&'a RelayRequest),
    /// The visitor of such a page has given the recipient.
    Recipient(GivenRecipient<'a>),
    /// The code is sent again.
    Resend(&'a Challenge),
    /// The code is sent over another channel.
    Switch {
        /// The challenge.
        challenge: &'a Challenge,
        /// The channel.
        channel: ChannelKind,
        /// The reason.
        cause: SwitchCause,
    },
}

/// A recipient that the visitor of a page has given.
pub(super) struct GivenRecipient<'a> {
    /// The challenge of the page.
    pub(super) challenge: &'a Challenge,
    /// The sealed draft of its message.
    pub(super) payload: &'a Sealed,
    /// The alphabet of the code.
    pub(super) alphabet: Alphabet,
    /// What the page asks for.
    pub(super) asking: Asking,
    /// The recipient.
    pub(super) to: Address,
    /// The channel.
    pub(super) channel: ChannelKind,
    /// The channels that follow.
    pub(super) fallback: Fallback,
}

impl Order<'_> {
    /// Returns the details of a new challenge.
    pub(super) fn new_details(&self) -> Option<&Details> {
        match &self.cause {
            IssueCause::Mint(request) => Some(&request.details),
            IssueCause::Page(request) => Some(&request.details),
            IssueCause::Relay(request) => Some(&request.details),
            IssueCause::Recipient(_) | IssueCause::Resend(_) | IssueCause::Switch { .. } => None,
        }
    }

    /// Returns the page or the app that the tenant named for a new code.
    pub(super) fn autofill(&self) -> Option<&Autofill> {
        match &self.cause {
            IssueCause::Mint(request) => request.autofill.as_ref(),
            IssueCause::Page(request) => request.autofill.as_ref(),
            IssueCause::Relay(_)
            | IssueCause::Recipient(_)
            | IssueCause::Resend(_)
            | IssueCause::Switch { .. } => None,
        }
    }

    /// Returns the recipient of a new code, and the channel.
    pub(super) fn destination(&self) -> Option<(&Address, ChannelKind)> {
        match &self.cause {
            IssueCause::Mint(request) => Some((&request.to, request.channel)),
            IssueCause::Relay(request) => Some((&request.to, request.channel)),
            IssueCause::Recipient(given) => Some((&given.to, given.channel)),
            IssueCause::Page(_) | IssueCause::Resend(_) | IssueCause::Switch { .. } => None,
        }
    }

    /// Returns the behaviour of the recipient of a new code. A live tenant has no reserved recipients.
    pub(super) fn reserved(&self) -> Option<Reserved> {
        let (to, _) = self.destination()?;
        self.tenant.is_sandbox().then(|| Reserved::of(to)).flatten()
    }

    /// Returns when a code ends that would end at `usual`: at once for the reserved recipient whose codes have expired.
    pub(super) fn end(&self, usual: Timestamp, now: Timestamp) -> Timestamp {
        if self.reserved() == Some(Reserved::Expired) { now } else { usual }
    }

    /// Returns whether the tenant receives the code and delivers it itself.
    pub(super) fn is_revealed(&self) -> bool {
        matches!(self.cause, IssueCause::Mint(request) if request.channel == ChannelKind::None)
    }

    /// Returns whether a message is sent now.
    pub(super) fn sends_now(&self) -> bool {
        !self.is_revealed() && !matches!(self.cause, IssueCause::Page(_))
    }

    /// Returns the channels for each of which the tenant must have a route. Without a route, a message
    /// could not be sent, and a page would report that to its visitor, who cannot help. Resending is
    /// tried in any case, since there was a route before.
    pub(super) fn needed_routes(&self) -> Vec<ChannelKind> {
        match &self.cause {
            IssueCause::Mint(request) if request.channel == ChannelKind::None => Vec::new(),
            IssueCause::Mint(request) => vec![request.channel],
            IssueCause::Relay(request) => vec![request.channel],
            IssueCause::Page(request) => self.routes_of_page(request),
            IssueCause::Recipient(given) => vec![given.channel],
            IssueCause::Switch { channel, .. } => vec![*channel],
            IssueCause::Resend(_) => Vec::new(),
        }
    }

    fn routes_of_page(&self, request: &PageRequest) -> Vec<ChannelKind> {
        let (ask, order) = (request.ask(), &self.tenant.policy(&request.purpose).channels);
        let mail = ask.takes_mail().then_some(ChannelKind::Email);
        let phone = || order.first(|channel| self.tenant.sender.sends_over(channel));
        mail.into_iter().chain(ask.takes_numbers().then(phone)).collect()
    }
}
