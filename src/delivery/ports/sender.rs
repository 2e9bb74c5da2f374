//! Who sends.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::id::TenantId;
use crate::domain::tenants::route::Route;

/// Who sends: a tenant and its routes. Shared by all of its jobs; `revision` differs after every
/// change of the routes, so that idle sessions of an old one are not used again.
#[derive(Debug)]
pub struct Sender {
    /// The tenant.
    pub tenant: TenantId,
    /// Distinguishes successive lists of routes of one tenant.
    pub revision: u64,
    /// What the tenant calls itself; may be empty.
    pub name: String,
    /// Its routes, the one to be used first at the front; a tenant without any sends nothing.
    pub routes: Vec<Route>,
    /// Whether it is a sandbox. It has no routes, and its messages are kept instead of sent.
    pub is_sandbox: bool,
}

impl Sender {
    /// Whether messages of this channel get anywhere: over a route, or into the sandbox.
    pub fn sends_over(&self, channel: ChannelKind) -> bool {
        self.is_sandbox || self.routes.iter().any(|route| route.serves(channel))
    }
}
