//! Receiving callbacks.

use std::sync::Arc;
use std::time::Duration;

use crate::crypto::shareable_key::Codec;
use crate::delivery::Routing;
use crate::domain::deliveries::callback::{Callback, CallbackReading, ReadReport};
use crate::domain::deliveries::provider_report::{ProviderReport, ReportOutcome, ReportedMessage};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::tenants::route::{Route, RouteHandle};
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::routes::senders::Senders;
use crate::service::shared::Shared;
use crate::store::Store;

use super::address::CallbackAddresses;

/// The pauses before a message is looked up again: its report may be faster than the record that its
/// provider has accepted it.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(1_000)];

/// What a callback came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallbackOutcome {
    /// It was read. What it reports may be no news.
    Taken,
    /// The provider asked whether this server is the right one, and expects this answer.
    Handshake(String),
    /// There is no such address.
    Unknown,
    /// It does not come from the provider of the route.
    Refused,
}

/// Receives callbacks.
pub struct Callbacks {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    routing: Arc<Routing>,
    senders: Arc<Senders>,
    codec: Codec,
    pub(super) addresses: Arc<CallbackAddresses>,
}

/// The owner of an address, and the message that it names.
struct Addressee {
    tenant: TenantId,
    message: Option<(ChallengeId, u8)>,
}

impl Callbacks {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            routing: Arc::clone(&parts.routing),
            senders: Arc::clone(&shared.senders),
            codec: parts.keyring.shareable_keys(),
            addresses: Arc::clone(&shared.callbacks),
        }
    }

    /// Receives a callback to the address that `route` and `key` make. A made-up address costs no
    /// look into the store.
    pub async fn receive(
        &self,
        route: &str,
        key: &str,
        callback: Callback<'_>,
    ) -> Result<CallbackOutcome, Refusal> {
        let Some(handle) = RouteHandle::parse(route) else { return Ok(CallbackOutcome::Unknown) };
        let Some(addressee) = self.addressee(&handle, key).await? else {
            return Ok(CallbackOutcome::Unknown);
        };
        let Some(route) = self.route(addressee.tenant, &handle).await? else {
            return Ok(CallbackOutcome::Unknown);
        };
        match self.routing.read_callback(&route, callback) {
            CallbackReading::Refused => Ok(CallbackOutcome::Refused),
            CallbackReading::Handshake { token, answer } => {
                let is_ours = self.codec.decode_handshake(&token) == Some(addressee.tenant);
                Ok(if is_ours { CallbackOutcome::Handshake(answer) } else { CallbackOutcome::Refused })
            }
            CallbackReading::Reports(reports) => {
                let reports = reports.into_iter().filter_map(|report| addressee.report(&handle, report));
                self.record(reports.collect()).await?;
                Ok(CallbackOutcome::Taken)
            }
        }
    }

    async fn addressee(&self, route: &RouteHandle, key: &str) -> Result<Option<Addressee>, Refusal> {
        if let Some(tenant) = self.codec.decode_callbacks(key) {
            return Ok(Some(Addressee { tenant, message: None }));
        }
        let Some((challenge, number)) = self.codec.decode_message(key) else { return Ok(None) };
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            if let Some(tenant) = self.store.owner_of_sent(challenge, number, route.clone()).await? {
                return Ok(Some(Addressee { tenant, message: Some((challenge, number)) }));
            }
            if let Some(pause) = pause {
                tokio::time::sleep(pause).await;
            }
        }
        Ok(None)
    }

    async fn route(&self, tenant: TenantId, handle: &RouteHandle) -> Result<Option<Route>, Refusal> {
        let Some(tenant) = self.store.tenant(tenant).await? else { return Ok(None) };
        let routes = self.senders.of(&tenant).await?.routes;
        Ok(routes.into_iter().find(|route| route.handle == *handle))
    }

    /// Records reports. Those whose messages are not known yet are tried again, all at once, so that a
    /// callback with many takes no longer than one with a single report.
    async fn record(&self, mut reports: Vec<ProviderReport>) -> Result<(), Refusal> {
        for pause in PAUSES.into_iter().map(Some).chain([None]) {
            let mut unknown = Vec::new();
            for report in reports {
                let recorded = self.store.record_report(report.clone(), self.clock.now()).await?;
                if recorded == ReportOutcome::Unknown {
                    unknown.push(report);
                }
            }
            match pause {
                Some(pause) if !unknown.is_empty() => tokio::time::sleep(pause).await,
                _ => return Ok(()),
            }
            reports = unknown;
        }
        Ok(())
    }
}

impl Addressee {
    /// Returns a report about a message of this address. A provider that names the message itself is
    /// believed, whatever the address says; without a name there must be one in the address.
    fn report(&self, route: &RouteHandle, read: ReadReport) -> Option<ProviderReport> {
        let message = match (self.message, read.id) {
            (_, Some(id)) => ReportedMessage::Accepted { tenant: self.tenant, id },
            (Some((challenge, number)), None) => ReportedMessage::Sent { challenge, number },
            (None, None) => return None,
        };
        Some(ProviderReport { route: route.clone(), message, fate: read.fate, code: read.code })
    }
}
