//! Sending a message that shows its author how it arrives.

use std::net::IpAddr;

use crate::delivery::Message;
use crate::domain::deliveries::delivery::{DeliveryError, TryOutcome};
use crate::service::challenges::{message_id, reach};
use crate::service::limits::rates::RateKind;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::RouteTest;

use super::tenant_routes::Routes;

impl Routes {
    /// Sends a message over the tenant's routes, with one try, and returns why it was not accepted, if so. It is
    /// counted and recorded as a test of a route is.
    pub async fn send_sample(
        &self,
        tenant: &AuthenticatedTenant,
        message: Message,
        client_ip: Option<IpAddr>,
    ) -> Result<Option<DeliveryError>, Refusal> {
        tenant.refuse_sandbox()?;
        reach::check_for(&self.rules, tenant.row(), &message.recipient, message.channel)?;
        let sender = self.senders.of(tenant.row()).await?;
        if !sender.sends_over(message.channel) {
            return Err(Refusal::NoRoute(message.channel));
        }
        self.rates.count(RateKind::Mint, tenant.rated(), tenant.gauge()).await?;
        let _running = self.checks.enter(tenant.id()).ok_or(Refusal::TestUnderWay)?;
        self.count_test(tenant, &message.recipient).await?;
        let (recipient, by) = (Some(message.recipient.masked()), tenant.actor(client_ip));
        let test = RouteTest { tenant: tenant.id(), route: None, recipient, by };
        self.store.note_route_test(test, self.clock.now()).await?;
        let message = Message { id: message_id::draw(self.entropy.as_ref()), ..message };
        let sent = self.routing.send(&sender, &message).await;
        Ok(match sent.outcome {
            TryOutcome::Accepted => None,
            TryOutcome::Retry(why) | TryOutcome::Refused(why) | TryOutcome::Unknown(why) => Some(why),
            TryOutcome::NotYet(_) => Some(DeliveryError::NoRoute),
        })
    }
}
