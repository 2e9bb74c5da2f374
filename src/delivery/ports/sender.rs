//! Senders.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::id::TenantId;
use crate::domain::phone::settings::Countries;
use crate::domain::tenants::brand::Brand;
use crate::domain::tenants::route::Route;

/// A tenant as a sender, with its routes. All of its jobs share it. `revision` differs after every
/// change of the routes, so that idle sessions of an old route are not used again.
#[derive(Debug)]
pub struct Sender {
    /// The tenant.
    pub tenant: TenantId,
    /// Distinguishes successive lists of routes of one tenant.
    pub revision: u64,
    /// The tenant's name; may be empty.
    pub name: String,
    /// The routes, in the order in which they are tried. A tenant without routes sends nothing.
    pub routes: Vec<Route>,
    /// How its mails look.
    pub look: Look,
    /// The countries whose phone numbers it sends to.
    pub countries: Countries,
    /// Whether it is a sandbox. A sandbox has no routes, and its messages are stored instead of sent.
    pub is_sandbox: bool,
}

/// How the built-in mails of a tenant look.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Look {
    /// The accent colours; the mails have defaults for those that are not set.
    pub brand: Brand,
    /// The URL of the logo; `None` if there is none, or if no public URL of this server is known.
    pub logo: Option<String>,
}

impl Sender {
    /// Returns whether messages of this channel can be sent: over a route, or into the sandbox.
    pub fn sends_over(&self, channel: ChannelKind) -> bool {
        self.is_sandbox || self.routes.iter().any(|route| route.serves(channel))
    }
}
