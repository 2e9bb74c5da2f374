//! Routes: a tenant's ways to send, in the order in which they are tried.

use std::fmt;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::handle::Handle;
use crate::domain::random::Entropy;
use crate::domain::tenants::smtp::SmtpProfile;

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
    /// The transport.
    pub transport: Transport,
}

/// The transport of a route with its credentials, sealed in the tenant's row.
#[derive(Clone, Debug)]
pub enum Transport {
    /// Through a mail server.
    Smtp(SmtpProfile),
}

/// The kinds of transport. Each has a folder in `delivery::channels`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TransportKind {
    /// Through a mail server.
    Smtp,
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
        self.transport.kind().channels().contains(&channel)
    }

    /// Returns the mail server, if the transport is SMTP.
    pub fn smtp(&self) -> Option<&SmtpProfile> {
        match &self.transport {
            Transport::Smtp(profile) => Some(profile),
        }
    }
}

impl Transport {
    /// Returns the kind of this transport.
    pub const fn kind(&self) -> TransportKind {
        match self {
            Self::Smtp(_) => TransportKind::Smtp,
        }
    }

    /// Returns the server that messages are handed to.
    pub fn server(&self) -> ServerAddress {
        match self {
            Self::Smtp(SmtpProfile { host, port, security, .. }) => {
                ServerAddress { host: host.clone(), port: *port, security: *security }
            }
        }
    }
}

impl TransportKind {
    /// Every kind.
    pub const ALL: [Self; 1] = [Self::Smtp];

    /// Returns the word used in JSON, logs and the sealed column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
        }
    }

    /// Returns the kind that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Returns the channels that this kind serves.
    pub const fn channels(self) -> &'static [ChannelKind] {
        match self {
            Self::Smtp => &[ChannelKind::Email],
        }
    }

    /// Returns the prefix of its routes' handles.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Smtp => "smtp_",
        }
    }
}
