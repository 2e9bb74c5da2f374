//! The channel. It logs nothing of a message but its identifier.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{timeout, timeout_at};

use super::caught;
use crate::delivery::ports::catch::{Catch, CatchAnswer, MessageReports};
use crate::delivery::ports::channel::{Acceptance, Channel, Outgoing, RouteToCheck};
use crate::delivery::ports::failure::{Blame, Later, Others, RouteFailure};
use crate::delivery::ports::reports::DeliveryReports;
use crate::domain::BoxFuture;
use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::tenants::route::{Transport, TransportKind};
use crate::domain::tenants::route_check::{CheckStep, CheckedStep, FailedStep, TestMessage};
use crate::domain::tenants::transports::log::LogSettings;
use crate::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};

const SWITCHED: &str = "the inbox was switched to refuse or to hold the next message";
const NO_PHONE: &str = "this is no phone number";

/// Hands messages to an inbox.
pub struct LogChannel {
    catch: Arc<dyn Catch>,
    reports: Arc<dyn DeliveryReports>,
}

impl LogChannel {
    /// Creates a channel into this inbox, whose reports are recorded by `reports`.
    pub fn new(catch: Arc<dyn Catch>, reports: Arc<dyn DeliveryReports>) -> Self {
        Self { catch, reports }
    }

    async fn try_send(&self, outgoing: Outgoing<'_>) -> Result<Acceptance, RouteFailure> {
        let Outgoing { sender, route, message, budget } = outgoing;
        let unusable =
            RouteFailure { blame: Blame::Unclear, ..RouteFailure::lasting(DeliveryError::MessageRefused) };
        let settings = settings(&route.transport).ok_or(unusable)?;
        let composed = caught::of_message(settings, sender, message).map_err(|error| {
            tracing::error!(tenant = sender.tenant.0, %error, "a message cannot be composed");
            unusable
        })?;
        let mut caught = composed.ok_or(unusable)?;
        caught.reports = Some(MessageReports {
            reports: Arc::clone(&self.reports),
            tenant: sender.tenant,
            route: route.handle.clone(),
            id: message.id.clone(),
        });
        let answer = timeout_at(budget.end, self.catch.catch(caught)).await;
        tracing::debug!(tenant = sender.tenant.0, route = %route.handle, message = %message.id, ?answer, "a message went to the inbox");
        match answer {
            Ok(CatchAnswer::Taken) => Ok(Acceptance { reply: None, id: Some(message.id.clone()) }),
            Ok(CatchAnswer::Busy) => Err(RouteFailure {
                others: Others::MayTry,
                ..RouteFailure::passing(DeliveryError::ServerUnavailable)
            }),
            Ok(CatchAnswer::Refused) => Err(RouteFailure::lasting(DeliveryError::RecipientRefused)),
            // The inbox has the message, as a provider may that answers nothing.
            Err(_) => {
                Err(RouteFailure { later: Later::OnceMore, ..RouteFailure::passing(DeliveryError::TimedOut) })
            }
        }
    }

    async fn walk(
        &self,
        transport: &Transport,
        test: Option<&TestMessage>,
        limit: Duration,
    ) -> Vec<CheckedStep> {
        let Some(settings) = settings(transport) else { return Vec::new() };
        let connected =
            CheckedStep { step: CheckStep::Connect, result: Ok("the inbox of otpmint dev".to_owned()) };
        let Some(test) = test else { return vec![connected] };
        let failed = |reason, advice| Err(FailedStep { reason, advice });
        let result = match test.to.phone() {
            None => failed(DeliveryError::RecipientRefused, NO_PHONE),
            Some(number) => match timeout(limit, self.catch.catch(caught::test(settings, number))).await {
                Ok(CatchAnswer::Taken) => Ok("the inbox has it".to_owned()),
                Ok(CatchAnswer::Busy) => failed(DeliveryError::ServerUnavailable, SWITCHED),
                Ok(CatchAnswer::Refused) => failed(DeliveryError::RecipientRefused, SWITCHED),
                Err(_) => failed(DeliveryError::TimedOut, SWITCHED),
            },
        };
        vec![connected, CheckedStep { step: CheckStep::Message, result }]
    }
}

impl Channel for LogChannel {
    fn transport(&self) -> TransportKind {
        TransportKind::Log
    }

    fn send<'a>(&'a self, outgoing: Outgoing<'a>) -> BoxFuture<'a, Result<Acceptance, RouteFailure>> {
        Box::pin(self.try_send(outgoing))
    }

    fn check<'a>(
        &'a self,
        RouteToCheck { transport, .. }: RouteToCheck<'a>,
        test: Option<&'a TestMessage>,
        limit: Duration,
    ) -> BoxFuture<'a, Vec<CheckedStep>> {
        Box::pin(self.walk(transport, test, limit))
    }
}

fn settings(transport: &Transport) -> Option<&LogSettings> {
    match transport {
        Transport::Provider(ProviderAccount { settings: ProviderSettings::Log(settings), .. }) => {
            Some(settings)
        }
        Transport::Provider(_) | Transport::Smtp(_) => None,
    }
}
