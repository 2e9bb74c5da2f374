//! A code that is to be issued, and why.

use std::net::IpAddr;

use crate::domain::address::Address;
use crate::domain::challenges::challenge::Challenge;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::idempotency::Once;
use crate::domain::challenges::return_url::Hosting;
use crate::domain::challenges::sandbox::Reserved;
use crate::domain::secret::Sealed;
use crate::service::admission::Permit;
use crate::service::limits::gauge::Gauge;
use crate::service::tenants::loaded::LoadedTenant;

use super::request::{MintRequest, PageRequest};

/// A code that is to be issued. Whoever orders it has been found to be allowed to.
pub(super) struct Order<'a> {
    /// Whose code it is.
    pub(super) tenant: &'a LoadedTenant,
    /// Where the request notes under which rate it was counted.
    pub(super) gauge: &'a Gauge,
    /// Its place among the requests that wait for the store.
    pub(super) permit: Permit,
    /// The client's address.
    pub(super) client_ip: Option<IpAddr>,
    /// By what to recognise the request when it is repeated.
    pub(super) once: Option<Once>,
    /// Why.
    pub(super) cause: Cause<'a>,
}

/// Why a code is issued.
pub(super) enum Cause<'a> {
    /// Its tenant mints it for a recipient.
    Mint(&'a MintRequest),
    /// Its tenant mints a challenge whose page asks for the recipient: the code follows with that.
    Page(&'a PageRequest),
    /// The visitor of such a page has given the recipient.
    Recipient(GivenRecipient<'a>),
    /// It is to be sent again.
    Resend(&'a Challenge),
}

/// A recipient that the visitor of a page has given.
pub(super) struct GivenRecipient<'a> {
    /// The challenge of the page.
    pub(super) challenge: &'a Challenge,
    /// What is known of its message, unless it has ended.
    pub(super) payload: Option<&'a Sealed>,
    /// What the challenge keeps for its page.
    pub(super) hosting: &'a Hosting,
    /// The recipient.
    pub(super) to: Address,
}

impl Order<'_> {
    /// What the tenant attaches to a new challenge.
    pub(super) fn new_details(&self) -> Option<&Details> {
        match &self.cause {
            Cause::Mint(request) => Some(&request.details),
            Cause::Page(request) => Some(&request.details),
            Cause::Recipient(_) | Cause::Resend(_) => None,
        }
    }

    /// How the recipient of a new code behaves. To a live tenant none is reserved.
    pub(super) fn reserved(&self) -> Option<Reserved> {
        let to = match &self.cause {
            Cause::Mint(request) => &request.to,
            Cause::Recipient(given) => &given.to,
            Cause::Page(_) | Cause::Resend(_) => return None,
        };
        self.tenant.is_sandbox().then(|| Reserved::of(to)).flatten()
    }

    /// Whether its tenant is told the code, and delivers it by itself.
    pub(super) fn is_revealed(&self) -> bool {
        matches!(self.cause, Cause::Mint(request) if request.channel == ChannelKind::None)
    }

    /// Whether a message goes out now.
    pub(super) fn sends_now(&self) -> bool {
        !self.is_revealed() && !matches!(self.cause, Cause::Page(_))
    }

    /// The channel for which the tenant must have a route. Without one, a message could go nowhere, and a page
    /// would tell its visitor, who cannot help it. To send again is tried all the same: there was one before.
    pub(super) fn needed_route(&self) -> Option<ChannelKind> {
        match &self.cause {
            Cause::Mint(request) => Some(request.channel).filter(|channel| *channel != ChannelKind::None),
            Cause::Page(_) => Some(ChannelKind::Email),
            Cause::Recipient(given) => Some(given.challenge.channel),
            Cause::Resend(_) => None,
        }
    }
}
