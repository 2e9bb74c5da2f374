//! Mail servers: how each does for the accounts that send through it.

use std::time::Duration;

use askama::Template;

use crate::domain::deliveries::server_address::ServerAddress;
use crate::domain::deliveries::server_health::{Breaker, ServerHealth};
use crate::domain::time::Timestamp;
use crate::service::Reported;

use super::filters::Filters;
use super::place::Place;
use super::words::{moment, plain, span};

#[derive(Template)]
#[template(path = "console/servers.html")]
struct Page<'a> {
    place: &'a Place,
    filters: &'a Filters,
    servers: Vec<Server<'a>>,
}

/// A server, and the accounts that use it.
struct Server<'a> {
    address: &'a ServerAddress,
    standing: Standing,
    accounts: Vec<Row>,
}

/// What a breaker does, for the eye.
struct Standing {
    words: String,
    tone: &'static str,
}

struct Row {
    tenant: String,
    account: String,
    standing: Standing,
    sent: u64,
    failed: u64,
    sending: u32,
    kept: usize,
    last_sent: Option<(String, String)>,
    last_failure: Option<Failure>,
}

/// A try that failed.
struct Failure {
    at: (String, String),
    reason: String,
    advice: &'static str,
}

/// The page.
pub(super) fn render(
    place: &Place,
    filters: &Filters,
    reported: &Reported<Vec<ServerHealth>>,
) -> Result<String, askama::Error> {
    let mut servers: Vec<Server> = Vec::new();
    // In order of their servers.
    for health in &reported.found {
        let tenant = reported.handles.get(&health.tenant).map(ToString::to_string);
        let row = Row::of(health, tenant.unwrap_or_default());
        match servers.iter_mut().find(|server| *server.address == health.server) {
            Some(server) => server.accounts.push(row),
            None => servers.push(Server {
                address: &health.server,
                standing: Standing::of(health.server_breaker),
                accounts: vec![row],
            }),
        }
    }
    Page { place, filters, servers }.render()
}

impl Row {
    fn of(health: &ServerHealth, tenant: String) -> Self {
        let told = |at: Timestamp| (at.to_string(), moment(at));
        let failure = |(at, reason): (Timestamp, crate::domain::deliveries::delivery::DeliveryError)| {
            Failure { at: told(at), reason: plain(reason.as_str()), advice: reason.advice() }
        };
        Self {
            tenant,
            account: health.route.to_string(),
            standing: Standing::of(health.route_breaker),
            sent: health.seen.sent,
            failed: health.seen.failed,
            sending: health.seen.sending,
            kept: health.idle_sessions,
            last_sent: health.seen.last_sent.map(told),
            last_failure: health.seen.last_failure.map(failure),
        }
    }
}

impl Standing {
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
