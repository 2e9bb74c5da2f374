//! The addresses to which providers report.

use crate::crypto::shareable_key::Codec;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::callback::CallbackAddress;
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::tenants::route::RouteHandle;
use crate::domain::web_origin::WebOrigin;

/// The path of all callbacks.
pub const PATH: &str = "/callbacks";

/// Makes the addresses of callbacks. There are none while the server does not know its own address.
pub struct CallbackAddresses {
    codec: Codec,
    public_url: Option<WebOrigin>,
}

impl CallbackAddresses {
    /// Creates the addresses of a server that providers reach at `public_url`.
    pub fn new(codec: Codec, public_url: Option<WebOrigin>) -> Self {
        Self { codec, public_url }
    }

    /// Returns where the provider of a message reports. Mail servers report nothing.
    pub(in crate::service) fn of_message(
        &self,
        challenge: ChallengeId,
        number: u8,
        channel: ChannelKind,
    ) -> Option<CallbackAddress> {
        if !channel.reaches_numbers() {
            return None;
        }
        Some(CallbackAddress::new(self.base()?, self.codec.encode_message(challenge, number)))
    }

    /// Returns where the provider of a route reports about all its messages. It has to be told by hand,
    /// and stays the same.
    pub(in crate::service) fn of_route(&self, tenant: TenantId, route: &RouteHandle) -> Option<String> {
        let address = CallbackAddress::new(self.base()?, self.codec.encode_callbacks(tenant));
        Some(address.for_route(route))
    }

    /// Returns the token that the provider of a route shows before it uses the address.
    pub(in crate::service) fn token(&self, tenant: TenantId) -> String {
        self.codec.encode_handshake(tenant)
    }

    fn base(&self) -> Option<String> {
        self.public_url.as_ref().map(|origin| format!("{}{PATH}", origin.as_str()))
    }
}
