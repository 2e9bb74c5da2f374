//! Accounts with providers, as they are sealed.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::route::{Route, RouteHandle, Transport, TransportKind};
use crate::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};

/// A route that is written.
#[derive(Serialize)]
pub(super) struct SealedProvider<'a> {
    id: &'a str,
    name: &'a str,
    transport: &'static str,
    channels: Vec<&'static str>,
    settings: &'a ProviderSettings,
    secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_key: Option<&'a str>,
}

/// A route that is read back.
#[derive(Deserialize)]
struct OpenedProvider<'a> {
    id: String,
    name: String,
    channels: Vec<String>,
    #[serde(borrow)]
    settings: &'a RawValue,
    secret: SecretString,
    report_key: Option<SecretString>,
}

impl<'a> SealedProvider<'a> {
    pub(super) fn of(route: &'a Route, account: &'a ProviderAccount) -> Self {
        Self {
            id: route.handle.as_str(),
            name: &route.name,
            transport: route.transport.kind().as_str(),
            channels: route.channels.iter().map(|channel| channel.as_str()).collect(),
            settings: &account.settings,
            secret: account.secret.expose_secret(),
            report_key: account.report_key.as_ref().map(ExposeSecret::expose_secret),
        }
    }
}

/// Reads a route of this kind back. Settings are not checked again: what was fine when it was saved
/// goes on to work.
pub(super) fn read(kind: TransportKind, entry: &RawValue) -> Option<Route> {
    let opened: OpenedProvider<'_> = serde_json::from_str(entry.get()).ok()?;
    let channels = opened.channels.iter().map(|word| ChannelKind::parse(word));
    Some(Route {
        handle: RouteHandle::parse(&opened.id)?,
        name: opened.name,
        channels: channels.collect::<Option<_>>()?,
        transport: Transport::Provider(ProviderAccount {
            settings: settings(kind, opened.settings)?,
            secret: opened.secret,
            report_key: opened.report_key,
        }),
    })
}

fn settings(kind: TransportKind, json: &RawValue) -> Option<ProviderSettings> {
    fn read<'a, T: Deserialize<'a>>(json: &'a RawValue) -> Option<T> {
        serde_json::from_str(json.get()).ok()
    }
    match kind {
        TransportKind::Smtp => None,
        TransportKind::Twilio => read(json).map(ProviderSettings::Twilio),
        TransportKind::WhatsappCloud => read(json).map(ProviderSettings::WhatsappCloud),
        TransportKind::TelegramGateway => read(json).map(ProviderSettings::TelegramGateway),
        TransportKind::Http => read(json).map(ProviderSettings::Http),
        TransportKind::Smpp => read(json).map(ProviderSettings::Smpp),
        TransportKind::Log => read(json).map(ProviderSettings::Log),
    }
}
