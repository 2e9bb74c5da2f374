//! Telegram Gateway: codes in Telegram's own chat.

use serde::{Deserialize, Serialize};

use super::base_url::BaseUrl;
use super::words::need;
use crate::domain::tenants::invalid_route::InvalidRoute;

/// An account with Telegram Gateway. Its secret is the API token.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelegramGatewaySettings {
    /// A verified channel of the account that the code comes from, without `@`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_username: Option<String>,
    /// Where the API is, if not at `https://gatewayapi.telegram.org`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<BaseUrl>,
}

impl TelegramGatewaySettings {
    /// Returns where the API is.
    pub fn base(&self) -> &str {
        self.base_url.as_ref().map_or("https://gatewayapi.telegram.org", BaseUrl::as_str)
    }

    /// Checks the settings.
    pub fn check(&self) -> Result<(), InvalidRoute> {
        let is_name = |name: &str| {
            (4..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let is_fine = self.sender_username.as_deref().is_none_or(is_name);
        need(is_fine, "sender_username", "the channel's name without @: 4 to 32 letters, digits and _")
    }
}
