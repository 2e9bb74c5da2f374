//! The `log` transport: messages are shown in the inbox of `otpmint dev`, and reach nobody.

use serde::{Deserialize, Serialize};

use super::originators::Originators;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::invalid_route::InvalidRoute;

/// The channels that it stands in for: all that reach phones.
pub const LOG_CHANNELS: [ChannelKind; 4] =
    [ChannelKind::Sms, ChannelKind::Whatsapp, ChannelKind::Voice, ChannelKind::Telegram];

/// The settings of a route into the inbox. It has no secret.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// The sender that the inbox shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Originators>,
}

impl LogSettings {
    /// Checks the settings.
    pub fn check(&self) -> Result<(), InvalidRoute> {
        self.from.as_ref().map_or(Ok(()), |from| from.check("from"))
    }
}
