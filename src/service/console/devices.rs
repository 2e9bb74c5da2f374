//! Devices: browsers in which an operator has signed in before. Their tries are counted apart, so that strangers who know
//! the name cannot keep the operator out.

use std::net::IpAddr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::crypto::console::{DeviceId, DeviceOwner};
use crate::domain::operator::OperatorName;
use crate::service::refusal::Refusal;

use super::parts::Console;

/// The browser of somebody who signs in.
#[derive(Clone, Default)]
pub struct Browser {
    /// The token of its session, which ends with the next one.
    pub session: Option<SecretString>,
    /// The token of the device that it may be.
    pub device: Option<SecretString>,
    /// Its address.
    pub client_ip: Option<IpAddr>,
}

/// The token of a device, for its cookie.
pub struct DeviceToken(SecretString);

impl DeviceToken {
    /// How long a device is known after the last time that its operator signed in there.
    pub const LASTS: Duration = Duration::from_secs(180 * 86_400);

    /// Returns the token.
    pub fn token(&self) -> &SecretString {
        &self.0
    }
}

impl Console {
    /// Returns the device that a browser is, if the operator of this name has signed in there.
    pub(super) async fn known_device(
        &self,
        name: Option<&OperatorName>,
        browser: &Browser,
    ) -> Result<Option<DeviceId>, Refusal> {
        let (Some(name), Some(token)) = (name, &browser.device) else { return Ok(None) };
        let Some(row) = self.store.operator_named(name.clone()).await? else { return Ok(None) };
        let owner = DeviceOwner { operator: row.id, generation: row.generation };
        Ok(self.keyring.device(token.expose_secret(), owner, self.clock.now()))
    }

    /// Returns the token by which a device is known from now on: the one that the browser is, or a new one.
    pub(super) fn remember(&self, known: Option<DeviceId>, owner: DeviceOwner) -> DeviceToken {
        let device = known.unwrap_or_else(|| DeviceId::draw(self.entropy.as_ref()));
        DeviceToken(self.keyring.device_token(device, owner, self.clock.now() + DeviceToken::LASTS))
    }
}
