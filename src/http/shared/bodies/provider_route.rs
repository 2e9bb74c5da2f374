//! Routes through providers, in the bodies of requests.

use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::route_draft::{RouteDraft, TransportDraft};
use crate::domain::tenants::tenant::parse_name;
use crate::domain::tenants::transports::provider::ProviderSettings;
use crate::domain::tenants::transports::provider_draft::ProviderDraft;
use crate::domain::tenants::transports::report_proof::ReportKeyDraft;

use crate::http::shared::problems::rejection::{Flaws, Rejection, both};

use super::json;
use super::object::Change;
use super::route_transport::RouteTransport;

/// The shape of a route with these settings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderRouteBody<S> {
    #[serde(rename = "transport")]
    _transport: RouteTransport,
    position: Option<u8>,
    name: Option<String>,
    channels: Option<Vec<String>>,
    settings: S,
    secret: Option<SecretString>,
    #[serde(default)]
    report_key: Change<SecretString>,
}

/// A route through a provider.
pub(crate) struct ProviderRoute {
    pub(crate) position: Option<u8>,
    name: Option<String>,
    channels: Option<Vec<String>>,
    draft: ProviderDraft,
}

impl ProviderRoute {
    /// Parses a body by the shape of the provider's settings.
    pub(crate) fn parse(transport: RouteTransport, bytes: &[u8]) -> Result<Self, Rejection> {
        match transport {
            RouteTransport::Smtp => Err(Rejection::field("/transport", "this is no provider")),
            RouteTransport::Twilio => Self::read(bytes, ProviderSettings::Twilio),
            RouteTransport::WhatsappCloud => Self::read(bytes, ProviderSettings::WhatsappCloud),
            RouteTransport::TelegramGateway => Self::read(bytes, ProviderSettings::TelegramGateway),
            RouteTransport::Http => Self::read(bytes, ProviderSettings::Http),
            RouteTransport::Smpp => Self::read(bytes, ProviderSettings::Smpp),
            RouteTransport::Log => Self::read(bytes, ProviderSettings::Log),
        }
    }

    fn read<S: DeserializeOwned>(
        bytes: &[u8],
        settings: impl FnOnce(S) -> ProviderSettings,
    ) -> Result<Self, Rejection> {
        let body: ProviderRouteBody<S> = json::parse(bytes)?;
        Ok(Self {
            position: body.position,
            name: body.name,
            channels: body.channels,
            draft: ProviderDraft {
                settings: settings(body.settings),
                secret: body.secret,
                report_key: match body.report_key {
                    Change::Keep => ReportKeyDraft::Keep,
                    Change::Remove => ReportKeyDraft::Remove,
                    Change::Set(key) => ReportKeyDraft::Set(key),
                },
            },
        })
    }

    /// Returns the draft, which names no existing route.
    pub(crate) fn draft(self) -> Result<RouteDraft, Rejection> {
        let name = parse_name(self.name.as_deref().unwrap_or_default());
        let name = name.ok_or_else(|| Rejection::field("/name", "at most 100 bytes on one line"));
        let channels = self.channels.map(|words| channels(&words)).transpose();
        let (name, channels) = both(name, channels)?;
        Ok(RouteDraft { handle: None, name, channels, transport: TransportDraft::Provider(self.draft) })
    }
}

fn channels(words: &[String]) -> Result<Vec<ChannelKind>, Rejection> {
    let (mut channels, mut flaws) = (Vec::new(), Flaws::default());
    for (at, word) in words.iter().enumerate() {
        let unknown =
            || Rejection::field(format!("/channels/{at}"), format!("one of {}", ChannelKind::WORDS));
        flaws.note(ChannelKind::parse(word).ok_or_else(unknown).map(|kind| channels.push(kind)));
    }
    flaws.end().map(|()| channels)
}
