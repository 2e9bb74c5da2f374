//! The audit trail, with filters.

use std::net::IpAddr;

use askama::Template;

use crate::domain::reports::audit::{AuditCursor, AuditEvent, AuditPage, AuditQuery, AuditRow, Operators};
use crate::service::{Reported, Services};

use super::filters::{self, Filters};
use super::report_scope::ReportScope;
use super::tenant_cell::TenantCell;
use super::words::{moment, plain};

/// Rows of a page.
const ROWS: usize = 50;

/// The values of the filters.
pub(crate) fn asked(filters: &mut Filters) -> AuditQuery {
    AuditQuery {
        tenant: None,
        event: filters.read("event", AuditEvent::parse),
        challenge: None,
        who: filters.read("who", |text| Some(who(text))),
        from: filters.read("from", filters::moment),
        to: filters.read("to", filters::moment),
        after: filters.read("cursor", |text| text.parse().ok().map(AuditCursor)),
        operators: Operators::default(),
        limit: ROWS,
    }
}

/// An address, or who or what a row names.
fn who(text: &str) -> String {
    text.parse::<IpAddr>().map_or_else(|_| text.to_owned(), |ip| ip.to_string())
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditTrailPage<'a> {
    scope: &'a ReportScope,
    filters: &'a Filters,
    /// Each event and its label.
    events: Vec<(&'static str, String)>,
    rows: Vec<AuditTrailRow>,
    /// The query of the next page.
    next: Option<String>,
}

struct AuditTrailRow {
    at: (String, String),
    event: String,
    tenant: TenantCell,
    challenge: Option<String>,
    object: String,
    recipient: String,
    who: String,
}

pub(crate) fn render(
    services: &Services,
    scope: &ReportScope,
    filters: &Filters,
    reported: &Reported<AuditPage>,
) -> Result<String, askama::Error> {
    let row = |row: &AuditRow| AuditTrailRow {
        at: (row.at.to_string(), moment(row.at)),
        event: plain(&row.event),
        tenant: TenantCell::of(row.tenant.and_then(|id| reported.tenants.get(&id))),
        challenge: row.challenge.map(|id| services.challenges.shareable_key(id).as_str().to_owned()),
        object: row.object.clone().unwrap_or_default(),
        recipient: row.recipient.clone().unwrap_or_default(),
        who: actor_name(row),
    };
    AuditTrailPage {
        scope,
        filters,
        events: AuditEvent::ALL.iter().map(|event| (event.as_str(), plain(event.as_str()))).collect(),
        rows: reported.found.rows.iter().map(row).collect(),
        next: reported.found.next.map(|cursor| filters.following(cursor.0)),
    }
    .render()
}

/// The author and the address of a row.
fn actor_name(row: &AuditRow) -> String {
    let address = row.client_ip.map(|ip| ip.to_string());
    row.actor.clone().into_iter().chain(address).collect::<Vec<_>>().join(", ")
}
