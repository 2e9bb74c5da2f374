//! Mail servers and their health, by the accounts that use them.

use std::time::Duration;

use askama::Template;

use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::deliveries::server_health::{Breaker, ServerHealth};
use crate::domain::time::Timestamp;
use crate::service::Reported;

use super::filters::Filters;
use super::report_scope::ReportScope;
use super::tenant_cell::TenantCell;
use super::words::{moment, plain, span};

#[derive(Template)]
#[template(path = "console/servers.html")]
struct MailServersPage<'a> {
    scope: &'a ReportScope,
    filters: &'a Filters,
    servers: Vec<MailServerRows<'a>>,
}

/// A server and the accounts that use it.
struct MailServerRows<'a> {
    address: &'a ServerAddress,
    standing: BreakerStanding,
    accounts: Vec<ServerAccountRow>,
}

/// The state of a breaker, for readers.
struct BreakerStanding {
    words: String,
    tone: &'static str,
}

struct ServerAccountRow {
    tenant: TenantCell,
    account: String,
    standing: BreakerStanding,
    sent: u64,
    failed: u64,
    sending: u32,
    kept: usize,
    last_sent: Option<(String, String)>,
    last_failure: Option<ServerFailure>,
}

/// A failed try.
struct ServerFailure {
    at: (String, String),
    reason: String,
    advice: &'static str,
}

pub(crate) fn render(
    scope: &ReportScope,
    filters: &Filters,
    reported: &Reported<Vec<ServerHealth>>,
) -> Result<String, askama::Error> {
    let mut servers: Vec<MailServerRows> = Vec::new();
    // In the order of the servers.
    for health in &reported.found {
        let row = ServerAccountRow::of(health, TenantCell::of(reported.tenants.get(&health.tenant)));
        match servers.iter_mut().find(|server| *server.address == health.server) {
            Some(server) => server.accounts.push(row),
            None => servers.push(MailServerRows {
                address: &health.server,
                standing: BreakerStanding::of(health.server_breaker),
                accounts: vec![row],
            }),
        }
    }
    MailServersPage { scope, filters, servers }.render()
}

impl ServerAccountRow {
    fn of(health: &ServerHealth, tenant: TenantCell) -> Self {
        let shown = |at: Timestamp| (at.to_string(), moment(at));
        let failure = |(at, reason): (Timestamp, crate::domain::deliveries::delivery::DeliveryError)| {
            ServerFailure { at: shown(at), reason: plain(reason.as_str()), advice: reason.advice() }
        };
        Self {
            tenant,
            account: health.route.to_string(),
            standing: BreakerStanding::of(health.route_breaker),
            sent: health.seen.sent,
            failed: health.seen.failed,
            sending: health.seen.sending,
            kept: health.idle_sessions,
            last_sent: health.seen.last_sent.map(shown),
            last_failure: health.seen.last_failure.map(failure),
        }
    }
}

impl BreakerStanding {
    fn of(breaker: Breaker) -> Self {
        match breaker {
            Breaker::Closed => Self { words: "in use".to_owned(), tone: "good" },
            Breaker::Failing(count) => {
                Self { words: format!("in use, {count} failed in a row"), tone: "waits" }
            }
            Breaker::Open(Duration::ZERO) => Self { words: "being tried again".to_owned(), tone: "bad" },
            Breaker::Open(left) => {
                Self { words: format!("left alone for {}", span(left.as_secs_f64())), tone: "bad" }
            }
        }
    }
}
