//! Routes: a tenant's ways to send, in the order in which they are tried.

use std::fmt;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::server_address::{Protocol, ServerAddress};
use crate::domain::handle::Handle;
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::random::Entropy;
use crate::domain::tenants::oauth::StoppedLogin;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::tenants::transports::log::LOG_CHANNELS;
use crate::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};
use crate::domain::tenants::transports::smpp::SmppSettings;

/// The maximum number of a tenant's routes for one transport.
pub const MAX_ROUTES: usize = 5;

/// The public name of a route: the word of its transport, and 16 letters and digits, such as
/// `smtp_4hq7k2m9x3c8v5bn`. Not a secret.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RouteHandle(Handle);

/// A way to send messages.
#[derive(Clone, Debug)]
pub struct Route {
    /// The public name.
    pub handle: RouteHandle,
    /// The owner's name for it; may be empty.
    pub name: String,
    /// The channels that it serves, of those that its transport can.
    pub channels: Vec<ChannelKind>,
    /// The transport.
    pub transport: Transport,
}

/// The transport of a route with its credentials, sealed in the tenant's row.
#[derive(Clone, Debug)]
pub enum Transport {
    /// Through a mail server.
    Smtp(SmtpProfile),
    /// Through a provider.
    Provider(ProviderAccount),
}

/// The kinds of transport. Each has a folder in `delivery::channels`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TransportKind {
    /// Through a mail server.
    Smtp,
    /// Through Twilio.
    Twilio,
    /// Through the WhatsApp Cloud API.
    WhatsappCloud,
    /// Through Telegram Gateway.
    TelegramGateway,
    /// Through any gateway over HTTP.
    Http,
    /// Through a message centre over SMPP.
    Smpp,
    /// Into the inbox of `otpmint dev`, and to nobody.
    Log,
}

impl RouteHandle {
    /// Draws a fresh handle.
    pub fn draw(kind: TransportKind, entropy: &dyn Entropy) -> Self {
        Self(Handle::draw(kind.prefix(), entropy))
    }

    /// Parses a handle.
    pub fn parse(text: &str) -> Option<Self> {
        TransportKind::ALL.into_iter().find_map(|kind| Handle::parse(kind.prefix(), text)).map(Self)
    }

    /// Returns the handle as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for RouteHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Route {
    /// Returns whether the route can carry messages of this channel.
    pub fn serves(&self, channel: ChannelKind) -> bool {
        self.channels.contains(&channel)
    }

    /// Returns the mail server, if the transport is SMTP.
    pub fn smtp(&self) -> Option<&SmtpProfile> {
        match &self.transport {
            Transport::Smtp(profile) => Some(profile),
            Transport::Provider(_) => None,
        }
    }

    /// Returns the account with a provider, if the transport is one.
    pub fn provider(&self) -> Option<&ProviderAccount> {
        match &self.transport {
            Transport::Provider(account) => Some(account),
            Transport::Smtp(_) => None,
        }
    }
}

impl StoppedLogin {
    /// Returns whether the login is that of `route`.
    pub fn is_of(&self, route: &Route) -> bool {
        route.smtp().and_then(SmtpProfile::oauth).is_some_and(|login| login.id == self.login)
    }
}

impl Transport {
    /// Returns the kind of this transport.
    pub fn kind(&self) -> TransportKind {
        match self {
            Self::Smtp(_) => TransportKind::Smtp,
            Self::Provider(account) => TransportKind::of(&account.settings),
        }
    }

    /// Returns the channels that the transport can serve with its settings.
    pub fn channels(&self) -> Vec<ChannelKind> {
        match self {
            Self::Smtp(_) => vec![ChannelKind::Email],
            Self::Provider(account) => account.settings.channels(),
        }
    }

    /// Returns the server that messages are handed to.
    pub fn server(&self) -> ServerAddress {
        match self {
            Self::Smtp(SmtpProfile { host, port, security, .. }) => {
                let protocol = Protocol::Smtp(*security);
                ServerAddress { host: host.clone(), port: *port, protocol }
            }
            Self::Provider(account) => match &account.settings {
                ProviderSettings::Smpp(SmppSettings { host, port, tls, .. }) => {
                    ServerAddress { host: host.clone(), port: *port, protocol: Protocol::Smpp(*tls) }
                }
                ProviderSettings::Log(_) => {
                    ServerAddress { host: String::new(), port: 0, protocol: Protocol::Log }
                }
                settings => http_server(&settings.url()),
            },
        }
    }
}

impl TransportKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Smtp,
        Self::Twilio,
        Self::WhatsappCloud,
        Self::TelegramGateway,
        Self::Http,
        Self::Smpp,
        Self::Log,
    ];

    /// Returns the word used in JSON, logs and the sealed column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Twilio => "twilio",
            Self::WhatsappCloud => "whatsapp_cloud",
            Self::TelegramGateway => "telegram_gateway",
            Self::Http => "http",
            Self::Smpp => "smpp",
            Self::Log => "log",
        }
    }

    /// Returns the kind that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Returns the kind of a provider.
    pub const fn of(settings: &ProviderSettings) -> Self {
        match settings {
            ProviderSettings::Twilio(_) => Self::Twilio,
            ProviderSettings::WhatsappCloud(_) => Self::WhatsappCloud,
            ProviderSettings::TelegramGateway(_) => Self::TelegramGateway,
            ProviderSettings::Http(_) => Self::Http,
            ProviderSettings::Smpp(_) => Self::Smpp,
            ProviderSettings::Log(_) => Self::Log,
        }
    }

    /// Returns the channels that this kind can serve.
    pub const fn channels(self) -> &'static [ChannelKind] {
        match self {
            Self::Smtp => &[ChannelKind::Email],
            Self::Twilio => &[ChannelKind::Sms, ChannelKind::Whatsapp, ChannelKind::Voice],
            Self::WhatsappCloud => &[ChannelKind::Whatsapp],
            Self::TelegramGateway => &[ChannelKind::Telegram],
            Self::Http | Self::Smpp => &[ChannelKind::Sms],
            Self::Log => &LOG_CHANNELS,
        }
    }

    /// Returns the prefix of its routes' handles.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Smtp => "smtp_",
            Self::Twilio => "twilio_",
            Self::WhatsappCloud => "whatsapp_cloud_",
            Self::TelegramGateway => "telegram_gateway_",
            Self::Http => "http_",
            Self::Smpp => "smpp_",
            Self::Log => "log_",
        }
    }
}

/// Returns the server of a URL. It was checked when it was saved.
fn http_server(url: &str) -> ServerAddress {
    match OutboundUrl::kept(url) {
        Some(url) => {
            let protocol = if url.is_secure() { Protocol::Https } else { Protocol::Http };
            ServerAddress { host: url.host(), port: url.port(), protocol }
        }
        None => ServerAddress { host: String::new(), port: 0, protocol: Protocol::Https },
    }
}
