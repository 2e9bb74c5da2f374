//! The outbox and its channels, and which certificates they trust.

use std::sync::Arc;
use std::time::Duration;

use crate::config::{LoadError, Settings};
use crate::delivery::channels::http::HttpChannel;
use crate::delivery::channels::log::LogChannel;
use crate::delivery::channels::smpp::{SmppChannel, SmppEnvironment, SmppLimits};
use crate::delivery::channels::smtp::check::SystemDns;
use crate::delivery::channels::smtp::{SmtpChannel, SmtpEnvironment, SmtpSettings};
use crate::delivery::net::Trust;
use crate::delivery::net::http::HttpClient;
use crate::delivery::oauth::{TokenClient, Tokens};
use crate::delivery::outbox::{Outbox, OutboxSettings};
use crate::delivery::{Channel, Routing};
use crate::service::{ReachableOrigins, StoreLedger, StoreLoginLedger, StoreReports};

use super::ambient::Ambient;
use super::authorities;
use super::foundation::Foundation;
use super::rules::pictures_url;
use super::start_error::StartError;
use super::store_place::StorePlace;

/// The outbox with all channels, over an open store.
pub fn outbox(settings: &Settings, ambient: &Ambient, foundation: &Foundation) -> Result<Outbox, StartError> {
    let (clock, entropy) = (ambient.clock.clone(), Arc::clone(&ambient.entropy));
    let (store, keyring) = (Arc::clone(&foundation.store), Arc::clone(&foundation.keyring));
    let config = |error: LoadError| StartError::Config(error.to_string());
    let origins = ReachableOrigins {
        reports: settings.report_url().map_err(config)?,
        pictures: pictures_url(settings, ambient).map_err(config)?,
    };
    let ledger = StoreLedger::new(store, keyring, Arc::clone(&entropy), origins);
    let bounds = OutboxSettings {
        capacity: settings.delivery.queue,
        at_once: settings.delivery.sessions,
        at_once_per_tenant: settings.delivery.sessions_per_tenant,
        membership: Arc::clone(&foundation.seat.membership),
        observer: ambient.observer.clone(),
        ..OutboxSettings::default()
    };
    let routing = Arc::new(routing(settings, ambient, foundation)?);
    Ok(Outbox::new(bounds, routing, Arc::new(ledger), clock, entropy))
}

/// All channels, one for each transport. The one of `log` exists only together with its inbox.
pub fn routing(
    settings: &Settings,
    ambient: &Ambient,
    foundation: &Foundation,
) -> Result<Routing, StartError> {
    let mut channels: Vec<Arc<dyn Channel>> = vec![Arc::new(smtp(settings, ambient, foundation)?)];
    let rule = settings.webhook_rule().map_err(|error| StartError::Config(error.to_string()))?;
    let client = Arc::new(HttpClient::new(rule, trust(settings)?));
    for kind in HttpChannel::KINDS {
        channels.push(Arc::new(HttpChannel::new(kind, Arc::clone(&client), ambient.clock.clone())));
    }
    channels.push(Arc::new(smpp(settings, ambient, foundation)?));
    if let Some(catch) = &ambient.catch {
        let reports = StoreReports::new(Arc::clone(&foundation.store), ambient.clock.clone());
        channels.push(Arc::new(LogChannel::new(Arc::clone(catch), Arc::new(reports))));
    }
    let total = Duration::from_secs(settings.delivery.timeout_seconds);
    let countries = settings.countries().map_err(|error| StartError::Config(error.to_string()))?;
    Ok(Routing::new(channels, total, countries, ambient.clock.clone()))
}

fn smtp(settings: &Settings, ambient: &Ambient, foundation: &Foundation) -> Result<SmtpChannel, StartError> {
    let smtp =
        SmtpSettings { kept_per_route: settings.delivery.sessions_per_tenant, ..SmtpSettings::default() };
    let environment = SmtpEnvironment {
        rule: settings.outbound_rule().map_err(|error| StartError::Config(error.to_string()))?,
        trust: trust(settings)?,
        tokens: tokens(settings, ambient, foundation)?,
        dns: Box::new(SystemDns::new(Arc::clone(&ambient.entropy))),
    };
    Ok(SmtpChannel::new(smtp, environment, ambient.clock.clone()))
}

/// The access tokens of mail accounts, whose token endpoints are subject to the rule for webhooks.
fn tokens(settings: &Settings, ambient: &Ambient, foundation: &Foundation) -> Result<Tokens, StartError> {
    let rule = settings.webhook_rule().map_err(|error| StartError::Config(error.to_string()))?;
    let client = TokenClient::new(HttpClient::new(rule, trust(settings)?));
    let (store, keyring) = (Arc::clone(&foundation.store), Arc::clone(&foundation.keyring));
    let ledger = StoreLoginLedger::new(store, keyring, Arc::clone(&ambient.entropy));
    Ok(Tokens::new(client, Arc::new(ledger), ambient.clock.clone()))
}

fn smpp(settings: &Settings, ambient: &Ambient, foundation: &Foundation) -> Result<SmppChannel, StartError> {
    let reports = StoreReports::new(Arc::clone(&foundation.store), ambient.clock.clone());
    let environment = SmppEnvironment {
        rule: settings.smpp_rule().map_err(|error| StartError::Config(error.to_string()))?,
        trust: trust(settings)?,
        reports: Arc::new(reports),
    };
    Ok(SmppChannel::new(SmppLimits::default(), environment, ambient.clock.clone()))
}

/// Checks that loading the settings cannot make, and returns where the store is. Runs before anything is
/// constructed.
pub fn check(settings: &Settings) -> Result<StorePlace, StartError> {
    let place = StorePlace::of(settings)?;
    trust(settings).map(|_| place)
}

pub(super) fn trust(settings: &Settings) -> Result<Trust, StartError> {
    let read = authorities::read("outbound.ca_file", &settings.outbound.ca_file, Trust::with_authorities);
    Ok(read?.unwrap_or_else(Trust::system))
}
