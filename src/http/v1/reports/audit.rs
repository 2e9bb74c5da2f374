//! The audit trail: its query, and its answers as JSON and as CSV.

use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::domain::reports::audit::{AuditCursor, AuditEvent, AuditPage, AuditQuery, AuditRow, Operators};
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::service::{Reported, Services};

use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::words::{self, ShareableKey};
use crate::http::v1::error::V1Error;
use crate::http::v1::links;
use crate::http::v1::page;
use crate::http::v1::parameters::{in_query, in_query_like};
use crate::http::v1::query::Query;
use crate::http::v1::spec::V1Spec;

use super::csv;

/// The parameters that tenants have.
pub(crate) const PARAMETERS: [&str; 6] = ["event", "challenge", "from", "to", "limit", "cursor"];

/// The parameters of OpenAPI.
pub(crate) fn parameters() -> [Value; 6] {
    let event = json!({ "type": "string", "pattern": "^[a-z_]+$", "maxLength": 32 });
    let challenge = "Only events of the challenge with this shareable key.";
    [
        in_query_like("event", "Only events of this kind.", event, "verified"),
        in_query("challenge", challenge, words::shareable_key()),
        in_query_like("from", "From this moment on (RFC 3339).", words::moment(), "2026-11-21T00:00:00Z"),
        in_query_like("to", "Before this moment (RFC 3339).", words::moment(), "2026-11-22T00:00:00Z"),
        page::limit_parameter(),
        page::cursor_parameter(),
    ]
}

/// Parses a query.
pub(crate) fn asked(query: &Query, services: &Services) -> Result<AuditQuery, V1Error> {
    let moment = |name| query.parsed(name, "a moment such as 2026-11-21T08:30:00Z", Timestamp::parse);
    let key = |text: &str| services.reports.challenge_id(text);
    Ok(AuditQuery {
        tenant: None,
        event: query.parsed("event", "a word such as minted or verified", AuditEvent::parse)?,
        challenge: query.parsed("challenge", "a shareable key of this server", key)?,
        who: None,
        operators: Operators::default(),
        from: moment("from")?,
        to: moment("to")?,
        after: page::after(query)?.map(AuditCursor),
        limit: query.limit()?,
    })
}

/// Describes a page as the answer, as JSON or as CSV.
pub(crate) fn described(spec: V1Spec) -> V1Spec {
    spec.wrong_parameter(("from", "a day such as 2026-11-21"))
        .ok::<AuditView>("A page.")
        .also(csv::CSV, csv::schema("member of the rows"), "A page.", json!(AuditView::example().csv()))
        .header("Link", page::link_header())
}

/// A page of the audit trail, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditTrail)]
pub(crate) struct AuditView {
    /// The rows. A page may have fewer rows than requested, or none, although more follow.
    #[schema(max_items = 500)]
    data: Vec<AuditRowView>,
    #[schema(required, schema_with = page::next)]
    next: Option<String>,
}

/// An event of the audit trail.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditRow)]
pub(crate) struct AuditRowView {
    /// When it happened.
    at: Timestamp,
    /// What happened.
    #[schema(max_length = 32)]
    event: String,
    /// The tenant's handle; null if the event concerns no tenant.
    #[schema(required, value_type = Option<TenantHandle>)]
    tenant: Option<String>,
    /// The challenge's shareable key; null if the event concerns no challenge.
    #[schema(required, value_type = Option<ShareableKey>)]
    challenge: Option<String>,
    /// The recipient, masked.
    #[schema(required, max_length = 254)]
    recipient: Option<String>,
    /// What it was done to: the handle of a key, a webhook, a route or a factor, of which `GET /v1/factors/{id}` says
    /// whose it is; `hook:` and a product; `operator:` or `token:` and a name.
    #[schema(required, max_length = 80)]
    object: Option<String>,
    /// The address of the caller, or of the end user, if the backend has sent it.
    #[schema(required, max_length = 45)]
    #[serde(rename = "origin")]
    client_ip: Option<String>,
    /// Who did it: the handle of the secret key; for operators `operator:`, `token:` or `shell:` and the name at the
    /// console, of the operator token, or of the machine's user, all of which a tenant sees as `operator`. Null for
    /// visitors, and for what the server does by itself.
    #[schema(required, max_length = 80)]
    actor: Option<String>,
}

impl AuditView {
    fn of(services: &Services, reported: &Reported<AuditPage>) -> Self {
        let tenant = |row: &AuditRow| row.tenant.and_then(|id| reported.handle(id));
        let row = |row: &AuditRow| AuditRowView::of(services, tenant(row), row);
        let next = reported.found.next.map(|cursor| page::cursor(cursor.0));
        Self { data: reported.found.rows.iter().map(row).collect(), next }
    }

    /// The page as CSV. The cursor of the next page is only in the header `Link`.
    pub(crate) fn csv(self) -> String {
        let rows = self.data.into_iter().map(|row| {
            let AuditRowView { at, event, tenant, challenge, recipient, object, client_ip, actor } = row;
            let [tenant, challenge, recipient, object, client_ip, actor] =
                [tenant, challenge, recipient, object, client_ip, actor].map(Option::unwrap_or_default);
            vec![at.to_string(), event, tenant, challenge, recipient, client_ip, actor, object]
        });
        csv::table(&["at", "event", "tenant", "challenge", "recipient", "origin", "actor", "object"], rows)
    }
}

impl AuditRowView {
    pub(crate) fn of(services: &Services, tenant: Option<&TenantHandle>, row: &AuditRow) -> Self {
        Self {
            at: row.at,
            event: row.event.clone(),
            tenant: tenant.map(ToString::to_string),
            challenge: row.challenge.map(|id| services.challenges.shareable_key(id).as_str().to_owned()),
            recipient: row.recipient.clone(),
            object: row.object.clone(),
            client_ip: row.client_ip.map(|ip| ip.to_string()),
            actor: row.actor.clone(),
        }
    }
}

impl Example for AuditView {
    fn example() -> Self {
        let text = |text: &str| Some(text.to_owned());
        let row = AuditRowView {
            at: examples::at("08:30:12"),
            event: AuditEvent::Verified.as_str().to_owned(),
            tenant: text(examples::TENANT),
            challenge: text(examples::CHALLENGE),
            recipient: text("j***@e***.com"),
            object: None,
            client_ip: text("203.0.113.7"),
            actor: text("key_4hq7k2m9x3c8v5bn"),
        };
        Self { data: vec![row], next: text("GZ8pQkAAAAA") }
    }
}

/// A page in the form that the caller prefers. `Link` has the address of the next page (RFC 8288).
pub(crate) fn answer(
    request: &HttpRequest,
    query: &Query,
    services: &Services,
    reported: &Reported<AuditPage>,
) -> HttpResponse {
    let view = AuditView::of(services, reported);
    let mut answer = HttpResponse::Ok();
    if let Some(next) = &view.next {
        answer.insert_header(links::link(request, query, next));
    }
    match csv::is_wanted(request) {
        false => answer.json(view),
        true => csv::answer(answer, "audit", view.csv()),
    }
}
