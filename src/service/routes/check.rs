//! Checking a route, saved or not, for a tenant that wants to know what to change.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::delivery::{RouteToCheck, Standing};
use crate::domain::address::Address;
use crate::domain::mailbox::Mailbox;
use crate::domain::tenants::invalid_route::InvalidRoute;
use crate::domain::tenants::route::{Route, RouteHandle, TransportKind};
use crate::domain::tenants::route_check::RouteCheck;
use crate::domain::tenants::route_check::TestMessage;
use crate::domain::tenants::route_draft::RouteDraft;
use crate::domain::time::Timestamp;
use crate::service::challenges::{message_id, reach};
use crate::service::limits::rates::RateKind;
use crate::service::refusal::Refusal;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::store::{CountedMail, RouteTest};

use super::sealed_routes;
use super::tenant_routes::{RouteRefusal, Routes};

/// The time limit of one check.
const LIMIT: Duration = Duration::from_secs(10);

/// The route to check.
pub enum Candidate {
    /// The first route of this transport.
    First(TransportKind),
    /// One of the existing routes.
    Present(RouteHandle),
    /// A draft that may be saved later.
    Draft(Box<RouteDraft>),
}

impl Routes {
    /// Checks a route step by step. With `to`, also sends a test message there if everything else
    /// succeeds.
    pub async fn check(
        &self,
        tenant: &AuthenticatedTenant,
        candidate: Candidate,
        to: Option<Address>,
        client_ip: Option<IpAddr>,
    ) -> Result<RouteCheck, RouteRefusal> {
        tenant.refuse_sandbox()?;
        let draft_of = match &candidate {
            Candidate::Draft(draft) => Some(draft.handle.clone()),
            Candidate::First(_) | Candidate::Present(_) => None,
        };
        let (route, standing) = self.candidate(tenant, candidate).await?;
        if let Some(to) = &to {
            self.check_recipient(tenant, &route, to)?;
        }
        self.rates.count(RateKind::Mint, tenant.rated(), tenant.gauge()).await?;
        let _running = self.checks.enter(tenant.id()).ok_or(Refusal::TestUnderWay)?;
        let recipient = to.as_ref().map(Address::masked);
        let named = draft_of.unwrap_or_else(|| Some(route.handle.clone()));
        let test = RouteTest { tenant: tenant.id(), route: named, recipient, by: tenant.actor(client_ip) };
        self.store.note_route_test(test, self.clock.now()).await?;
        let begun = Instant::now();
        let checked = RouteToCheck { tenant: tenant.id(), transport: &route.transport, standing };
        let walk = self.routing.check(checked, None, LIMIT);
        let (steps, hints) = tokio::join!(walk, self.routing.hints(&route.transport));
        let mut check = RouteCheck { steps, hints };
        if let Some(to) = to.filter(|_| check.is_ok()) {
            let message = self.test_message(tenant, to).await?;
            let left = LIMIT.saturating_sub(begun.elapsed());
            check.steps = self.routing.check(checked, Some(&message), left).await;
        }
        Ok(check)
    }

    /// Checks that the route reaches the recipient of a test message, and that it may be sent there.
    fn check_recipient(
        &self,
        tenant: &AuthenticatedTenant,
        route: &Route,
        to: &Address,
    ) -> Result<(), RouteRefusal> {
        let channel = route.transport.channels().into_iter().find(|channel| channel.suits(to));
        let Some(channel) = channel else {
            let problem = "a mail address for a mail server, a phone number for every other route";
            return Err(RouteRefusal::Invalid(0, InvalidRoute::new("to", problem)));
        };
        Ok(reach::check_for(&self.rules, tenant.row(), to, channel)?)
    }

    async fn candidate(
        &self,
        tenant: &AuthenticatedTenant,
        candidate: Candidate,
    ) -> Result<(Route, Standing), RouteRefusal> {
        match candidate {
            Candidate::Draft(draft) => {
                let present = self.list(tenant).await?.routes;
                let route = self.complete_one(*draft, &present);
                let route = route.map_err(|why| RouteRefusal::Invalid(0, why))?;
                let saved = sealed_routes::logins(&present);
                // A draft that keeps a login uses what is kept of it.
                let is_saved = sealed_routes::logins(std::slice::from_ref(&route))
                    .iter()
                    .all(|login| saved.contains(login));
                Ok((route, if is_saved { Standing::Saved } else { Standing::Unsaved }))
            }
            Candidate::First(kind) => {
                let first = self.list_of(tenant, kind).await?.routes.into_iter().next();
                first.map(|route| (route, Standing::Saved)).ok_or_else(|| match kind.channels() {
                    [channel, ..] => Refusal::NoRoute(*channel).into(),
                    [] => Refusal::UnknownRoute.into(),
                })
            }
            Candidate::Present(handle) => Ok((self.find(tenant, &handle).await?.route, Standing::Saved)),
        }
    }

    /// Creates a test message to `to`, and counts it.
    async fn test_message(&self, tenant: &AuthenticatedTenant, to: Address) -> Result<TestMessage, Refusal> {
        let at = self.count_test(tenant, &to).await?;
        Ok(TestMessage { id: message_id::draw(self.entropy.as_ref()), to, at })
    }

    /// Counts a test message like any other message to its recipient, so that nobody can use it to pester people.
    /// Returns the moment.
    pub(super) async fn count_test(
        &self,
        tenant: &AuthenticatedTenant,
        to: &Address,
    ) -> Result<Timestamp, Refusal> {
        let now = self.clock.now();
        let counted = CountedMail {
            tenant: tenant.id(),
            recipient: self.keyring.recipient_index(tenant.id(), to),
            other_indexes: self.keyring.other_recipient_indexes(tenant.id(), to),
            mailbox: Mailbox {
                overall: Some(self.keyring.overall_index(to)),
                spelling: self.keyring.spelling(tenant.id(), to),
            },
            limits: self.rules.policy_for(tenant.row()).limits.clone(),
        };
        self.store.count_test_mail(counted, now).await?.map_or(Ok(now), |hit| Err(Refusal::Limited(hit)))
    }
}
