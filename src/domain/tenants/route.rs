//! A tenant's routes: its ways to send, in the order in which they are used.

use std::fmt;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::handle::Handle;
use crate::domain::random::Entropy;
use crate::domain::tenants::smtp::SmtpProfile;

/// The most routes of one transport that a tenant may have.
pub const MAX_ROUTES: usize = 5;

/// A route's name towards the outside: the word of its transport, and 16 letters and digits, such as
/// `smtp_4hq7k2m9x3c8v5bn`. Not a secret.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RouteHandle(Handle);

/// A way to send.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its name towards the outside.
    pub handle: RouteHandle,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// How it sends.
    pub transport: Transport,
}

/// How a route sends, with all that it takes: sealed in the tenant's row.
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
    /// A fresh handle.
    pub fn draw(kind: TransportKind, entropy: &dyn Entropy) -> Self {
        Self(Handle::draw(kind.prefix(), entropy))
    }

    /// A handle as somebody wrote it.
    pub fn parse(text: &str) -> Option<Self> {
        TransportKind::ALL.into_iter().find_map(|kind| Handle::parse(kind.prefix(), text)).map(Self)
    }

    /// The handle itself.
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
    /// Whether messages of this channel can go over it.
    pub fn serves(&self, channel: ChannelKind) -> bool {
        self.transport.kind().channels().contains(&channel)
    }

    /// The mail server, where it is one.
    pub fn smtp(&self) -> Option<&SmtpProfile> {
        match &self.transport {
            Transport::Smtp(profile) => Some(profile),
        }
    }
}

impl Transport {
    /// Which kind this is.
    pub const fn kind(&self) -> TransportKind {
        match self {
            Self::Smtp(_) => TransportKind::Smtp,
        }
    }

    /// The server that messages are handed to.
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

    /// The word used in JSON, logs and the sealed column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
        }
    }

    /// The kind of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The channels that it serves.
    pub const fn channels(self) -> &'static [ChannelKind] {
        match self {
            Self::Smtp => &[ChannelKind::Email],
        }
    }

    /// What the handles of its routes begin with.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Smtp => "smtp_",
        }
    }
}
