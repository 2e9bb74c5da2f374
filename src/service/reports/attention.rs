//! What needs the attention of an operator, found by a few small checks.

use std::time::Duration;

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::deliveries::server_health::{Breaker, ServerHealth};
use crate::domain::id::TenantId;
use crate::domain::reports::audit::{AuditEvent, AuditQuery, Operators};
use crate::domain::spray::suspicion::Level;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;
use crate::service::operator::identity::Operator;
use crate::service::refusal::Refusal;
use crate::service::routes::sealed_routes;

use super::recipients::MOST_TENANTS;
use super::reporting::{Reported, Reports};

/// How long before its end a key is worth a look.
const ENDS_SOON: Duration = Duration::from_secs(14 * 86_400);

/// How far back events are looked for.
const LATELY: Duration = Duration::from_secs(86_400);

/// The most findings of a kind.
const MOST: usize = 20;

/// Events of the last day that need attention.
const EVENTS: [(AuditEvent, Trouble); 4] = [
    (AuditEvent::PhoneBlocked, Trouble::FraudRefused),
    (AuditEvent::LockedOut, Trouble::LockedOut),
    (AuditEvent::MintsCapped, Trouble::MintsCapped),
    (AuditEvent::WebhookDisabled, Trouble::WebhookDisabled),
];

/// Something that needs attention.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The tenant that it is about.
    pub tenant: TenantId,
    /// What it is.
    pub trouble: Trouble,
    /// Since when, or when it happens.
    pub at: Timestamp,
}

/// What needs attention.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// Messages over a route fail.
    RouteFails(FailingRoute, DeliveryError),
    /// Somebody seems to guess at the codes of the tenant's recipients.
    Guesses(Level),
    /// Messages failed lately, as far as the trail says: this server has tried none of them since its start.
    MessagesFailed,
    /// Recipients were locked out.
    LockedOut,
    /// The rules against toll fraud refuse messages.
    FraudRefused,
    /// The tenant's own cap on its mints was reached.
    MintsCapped,
    /// A webhook was switched off because it kept failing.
    WebhookDisabled,
    /// A secret key of this name ends.
    KeyEnds(String),
}

/// A route whose messages fail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailingRoute {
    /// The public name.
    pub handle: RouteHandle,
    /// What its owner calls it; empty if it has no name, or was deleted.
    pub name: String,
    /// The server that it leads to.
    pub host: String,
}

impl Reports {
    /// Returns what needs attention, the most urgent first.
    pub async fn attention(&self, _: &Operator) -> Result<Reported<Vec<Finding>>, Refusal> {
        let now = self.clock.now();
        let mut found = self.guesses(now).await?;
        let health = self.outbox.health();
        for failing in health.iter().filter_map(failing).take(MOST) {
            found.push(self.with_its_name(failing).await?);
        }
        let failed = self.lately(AuditEvent::DeliveryFailed, Trouble::MessagesFailed, now).await?;
        let is_untried = |finding: &Finding| health.iter().all(|health| health.tenant != finding.tenant);
        found.extend(failed.into_iter().filter(is_untried));
        for (event, trouble) in EVENTS {
            found.extend(self.lately(event, trouble, now).await?);
        }
        let ending = self.store.ending_keys((now, now + ENDS_SOON), MOST).await?;
        let ends = |(tenant, name, at)| Finding { tenant, trouble: Trouble::KeyEnds(name), at };
        found.extend(ending.into_iter().map(ends));
        let tenants = found.iter().map(|finding| finding.tenant).collect();
        Ok(Reported { tenants: self.names.labels(tenants).await?, found })
    }

    /// Adds the name that the owner of a failing route gave it, which is sealed with the route.
    async fn with_its_name(&self, mut finding: Finding) -> Result<Finding, Refusal> {
        let Trouble::RouteFails(failing, _) = &mut finding.trouble else { return Ok(finding) };
        let tenant = self.store.tenant(finding.tenant).await?;
        let opened = tenant.and_then(|tenant| sealed_routes::open(&self.keyring, &tenant).ok());
        let routes = opened.map(|opened| opened.routes).unwrap_or_default();
        let named = routes.into_iter().find(|route| route.handle == failing.handle);
        failing.name = named.map(|route| route.name).unwrap_or_default();
        Ok(finding)
    }

    async fn guesses(&self, now: Timestamp) -> Result<Vec<Finding>, Refusal> {
        let tenants = self.store.tenants_after(None, MOST_TENANTS).await?;
        let suspected = tenants.into_iter().filter_map(|tenant| {
            let suspicion = tenant.suspicion.filter(|suspicion| suspicion.lasts(now))?;
            let trouble = Trouble::Guesses(suspicion.level);
            Some(Finding { tenant: tenant.id, trouble, at: suspicion.since })
        });
        Ok(suspected.take(MOST).collect())
    }

    /// The latest such event of each tenant within a day.
    async fn lately(
        &self,
        event: AuditEvent,
        trouble: Trouble,
        now: Timestamp,
    ) -> Result<Vec<Finding>, Refusal> {
        let asked = AuditQuery {
            tenant: None,
            event: Some(event),
            challenge: None,
            who: None,
            operators: Operators::default(),
            from: Some(now - LATELY),
            to: None,
            after: None,
            limit: MOST * 10,
        };
        let mut found: Vec<Finding> = Vec::new();
        for row in self.store.audit_page(asked).await?.rows {
            let Some(tenant) = row.tenant else { continue };
            if !found.iter().any(|known| known.tenant == tenant) {
                found.push(Finding { tenant, trouble: trouble.clone(), at: row.at });
            }
        }
        found.truncate(MOST);
        Ok(found)
    }
}

/// A route whose latest try has failed, and not for its recipient.
fn failing(health: &ServerHealth) -> Option<Finding> {
    let (at, error) = health.seen.last_failure?;
    let is_over = health.seen.last_sent.is_some_and(|sent| sent >= at);
    let is_left_alone =
        [health.server_breaker, health.route_breaker].into_iter().any(|one| one != Breaker::Closed);
    let route =
        FailingRoute { handle: health.route.clone(), name: String::new(), host: health.server.host.clone() };
    let trouble = Trouble::RouteFails(route, error);
    let fails = is_left_alone || (!is_over && is_of_route(error));
    fails.then_some(Finding { tenant: health.tenant, trouble, at })
}

/// Whether the next recipient would meet the same failure.
const fn is_of_route(error: DeliveryError) -> bool {
    use DeliveryError as Error;
    matches!(
        error,
        Error::HostNotFound
            | Error::HostNotAllowed
            | Error::ConnectionFailed
            | Error::TimedOut
            | Error::TlsFailed
            | Error::AuthenticationFailed
            | Error::SenderRefused
            | Error::ProtocolViolated
    )
}
