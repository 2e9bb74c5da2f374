//! Accounts with providers: settings and one secret each.

use std::fmt;

use secrecy::SecretString;
use serde::Serialize;

use super::http::HttpSettings;
use super::log::{LOG_CHANNELS, LogSettings};
use super::smpp::SmppSettings;
use super::telegram_gateway::TelegramGatewaySettings;
use super::twilio::TwilioSettings;
use super::whatsapp_cloud::WhatsappCloudSettings;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::tenants::invalid_route::InvalidRoute;

/// The longest secret, in bytes.
const MAX_SECRET: usize = 2_048;

/// The settings of an account. None of them is secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum ProviderSettings {
    /// Twilio.
    Twilio(TwilioSettings),
    /// WhatsApp Cloud API.
    WhatsappCloud(WhatsappCloudSettings),
    /// Telegram Gateway.
    TelegramGateway(TelegramGatewaySettings),
    /// Any gateway over HTTP.
    Http(HttpSettings),
    /// A message centre over SMPP.
    Smpp(SmppSettings),
    /// The inbox of `otpmint dev`.
    Log(LogSettings),
}

/// An account with a provider.
#[derive(Clone)]
pub struct ProviderAccount {
    /// The settings.
    pub settings: ProviderSettings,
    /// The token, key or password; empty for a gateway that wants none.
    pub secret: SecretString,
    /// The key that signs reports, if it is another one and the owner has given it.
    pub report_key: Option<SecretString>,
}

/// Where a secret is sent to, and for whom. While this stays the same, a secret may be kept.
#[derive(PartialEq, Eq)]
pub(super) struct Destination(String, String);

impl ProviderSettings {
    /// Checks the settings.
    pub fn check(&self) -> Result<(), InvalidRoute> {
        match self {
            Self::Twilio(settings) => settings.check(),
            Self::WhatsappCloud(settings) => settings.check(),
            Self::TelegramGateway(settings) => settings.check(),
            Self::Http(settings) => settings.check(),
            Self::Smpp(settings) => settings.check(),
            Self::Log(settings) => settings.check(),
        }
    }

    /// Returns the channels that these settings can serve.
    pub fn channels(&self) -> Vec<ChannelKind> {
        match self {
            Self::Twilio(settings) => settings.channels(),
            Self::WhatsappCloud(_) => vec![ChannelKind::Whatsapp],
            Self::TelegramGateway(_) => vec![ChannelKind::Telegram],
            Self::Http(_) | Self::Smpp(_) => vec![ChannelKind::Sms],
            Self::Log(_) => LOG_CHANNELS.to_vec(),
        }
    }

    /// Returns the URL that messages go to, or the beginning of it.
    pub fn url(&self) -> String {
        match self {
            Self::Twilio(settings) => settings.base().to_owned(),
            Self::WhatsappCloud(settings) => settings.base().to_owned(),
            Self::TelegramGateway(settings) => settings.base().to_owned(),
            Self::Http(settings) => settings.described().map(|gateway| gateway.url).unwrap_or_default(),
            Self::Smpp(settings) => settings.url(),
            Self::Log(_) => String::new(),
        }
    }

    /// Returns the account in a few words, for lists.
    pub fn summary(&self) -> String {
        match self {
            Self::Twilio(settings) => settings.account_sid.clone(),
            Self::WhatsappCloud(settings) => format!("{} ({})", settings.phone_number_id, settings.template),
            Self::TelegramGateway(settings) => settings.sender_username.clone().unwrap_or_default(),
            Self::Http(settings) => settings.preset.clone().unwrap_or_else(|| self.server_name()),
            Self::Smpp(settings) => format!("{} at {}", settings.system_id, settings.host),
            Self::Log(_) => "the inbox of otpmint dev".to_owned(),
        }
    }

    /// Returns the host of the URL.
    fn server_name(&self) -> String {
        OutboundUrl::kept(&self.url()).map(|url| url.host()).unwrap_or_default()
    }

    /// Returns the field that names the server.
    pub const fn url_field(&self) -> &'static str {
        match self {
            Self::Http(HttpSettings { gateway: Some(_), .. }) => "settings/gateway/url",
            Self::Smpp(_) => "settings/host",
            _ => "settings/base_url",
        }
    }

    /// Returns whether there is a secret.
    pub fn wants_secret(&self) -> bool {
        match self {
            Self::Http(settings) => settings.wants_secret(),
            Self::Log(_) => false,
            Self::Twilio(_) | Self::WhatsappCloud(_) | Self::TelegramGateway(_) | Self::Smpp(_) => true,
        }
    }

    pub(super) fn destination(&self) -> Destination {
        let whose = match self {
            Self::Twilio(settings) => format!("{} {}", settings.account_sid, settings.user()),
            Self::WhatsappCloud(settings) => settings.phone_number_id.clone(),
            Self::TelegramGateway(_) | Self::Log(_) => String::new(),
            Self::Http(settings) => {
                let auth = settings.described().map(|gateway| gateway.auth);
                format!("{:?} {auth:?}", settings.account)
            }
            Self::Smpp(settings) => settings.system_id.clone(),
        };
        Destination(self.url(), whose)
    }
}

/// Returns whether a text is a secret that fits into a header.
pub(super) fn is_secret(text: &str) -> bool {
    (1..=MAX_SECRET).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

impl fmt::Debug for ProviderAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderAccount({:?})", self.settings)
    }
}

#[cfg(test)]
mod tests;
