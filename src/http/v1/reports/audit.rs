//! The audit trail: how it is asked for and shown, as JSON and as CSV.

use actix_web::http::StatusCode;
use actix_web::http::header::{Accept, CONTENT_DISPOSITION, Header, Quality};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::domain::reports::audit::{AuditCursor, AuditEvent, AuditPage, AuditQuery, AuditRow, Operators};
use crate::domain::time::Timestamp;
use crate::service::{Reported, Services};

use crate::http::shared::description::answers::Answers;
use crate::http::v1::description::answers;
use crate::http::v1::error::V1Error;
use crate::http::v1::links;
use crate::http::v1::query::Query;

use super::csv;

/// The parameters of the tenant.
pub(crate) const PARAMETERS: [&str; 6] = ["event", "challenge", "from", "to", "limit", "cursor"];

/// Which rows.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct AuditParameters {
    /// Those of this event alone.
    #[param(max_length = 32, pattern = "^[a-z_]+$", example = "verified")]
    event: Option<String>,
    /// Those about the challenge with this shareable key alone.
    #[param(pattern = "^[A-Za-z]{23}$", min_length = 23, max_length = 23)]
    challenge: Option<String>,
    /// From this moment on (RFC 3339).
    #[param(format = "date-time", max_length = 35, example = "2026-11-21T00:00:00Z")]
    from: Option<String>,
    /// Before this moment (RFC 3339).
    #[param(format = "date-time", max_length = 35, example = "2026-11-22T00:00:00Z")]
    to: Option<String>,
    /// Rows of the page at most; 50 without it.
    #[param(minimum = 1, maximum = 500, example = 50)]
    limit: Option<u16>,
    /// `next` of the page before.
    #[param(max_length = 11, pattern = "^[A-Za-z0-9_-]{11}$")]
    cursor: Option<String>,
}

/// What a query asks for.
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
        after: query.parsed("cursor", "`next` of the page before", parse_cursor)?,
        limit: query.limit()?,
    })
}

fn parse_cursor(text: &str) -> Option<AuditCursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(AuditCursor(i64::from_be_bytes(bytes.try_into().ok()?)))
}

/// What reading the audit trail answers: a page as JSON or as CSV, and its refusals.
pub(crate) fn told(refusals: Vec<V1Error>) -> Answers {
    let (ok, link) = (
        StatusCode::OK,
        json!({
            "description": "Where the next page is, with `rel=\"next\"` (RFC 8288); none on the last one.",
            "schema": { "type": "string", "maxLength": 4096 },
        }),
    );
    let text = json!({ "type": "string", "description": "A table with the columns of the rows." });
    let json = (ok, "AuditTrail", json!(AuditView::example()));
    answers("A page.", json, refusals)
        .success(ok, "A page.", ("text/csv", text, json!(AuditView::example().csv())))
        .header(ok, "Link", link)
}

/// A page of the audit trail, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditTrail)]
pub(crate) struct AuditView {
    /// The rows. There may be fewer than asked for, or none, though more follow.
    #[schema(max_items = 500)]
    data: Vec<AuditRowView>,
    /// The `cursor` of the next page; null when nothing follows.
    #[schema(required, max_length = 11, pattern = "^[A-Za-z0-9_-]{11}$")]
    next: Option<String>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditRow)]
pub(crate) struct AuditRowView {
    /// When.
    #[schema(format = "date-time", max_length = 32)]
    at: String,
    /// What.
    #[schema(max_length = 32)]
    event: String,
    /// The tenant's handle; null for what is about none.
    #[schema(required, max_length = 20)]
    tenant: Option<String>,
    /// The challenge's shareable key; null for what is about none.
    #[schema(required, max_length = 23)]
    challenge: Option<String>,
    /// The recipient, masked.
    #[schema(required, max_length = 254)]
    recipient: Option<String>,
    /// The address of who asked, or of the end user whom the backend told.
    #[schema(required, max_length = 45)]
    #[serde(rename = "origin")]
    client_ip: Option<String>,
    /// The operator who did it at the console, or as whom it was tried: by name for the operator, and to
    /// a tenant always `operator`. Null for whoever else it was, with the operator token too.
    #[schema(required, max_length = 64)]
    operator: Option<String>,
}

impl AuditView {
    fn of(services: &Services, reported: &Reported<AuditPage>) -> Self {
        let tenant = |row: &AuditRow| row.tenant.and_then(|id| reported.handles.get(&id));
        let row = |row: &AuditRow| AuditRowView {
            at: row.at.to_string(),
            event: row.event.clone(),
            tenant: tenant(row).map(ToString::to_string),
            challenge: row.challenge.map(|id| services.challenges.shareable_key(id).as_str().to_owned()),
            recipient: row.recipient.clone(),
            client_ip: row.client_ip.map(|ip| ip.to_string()),
            operator: row.operator.clone(),
        };
        let next = reported.found.next.map(|cursor| URL_SAFE_NO_PAD.encode(cursor.0.to_be_bytes()));
        Self { data: reported.found.rows.iter().map(row).collect(), next }
    }

    /// One for the description of the API.
    pub(crate) fn example() -> Self {
        let text = |text: &str| Some(text.to_owned());
        let row = AuditRowView {
            at: "2026-11-21T08:30:12Z".to_owned(),
            event: AuditEvent::Verified.as_str().to_owned(),
            tenant: text("tnt_4hq7k2m9x3c8v5bn"),
            challenge: text("CnPYvKqMbdXhwRzTgJsLfAe"),
            recipient: text("j***@e***.com"),
            client_ip: text("203.0.113.7"),
            operator: None,
        };
        Self { data: vec![row], next: text("GZ8pQkAAAAA") }
    }

    /// As CSV; the cursor is in the header `Link` alone.
    pub(crate) fn csv(self) -> String {
        let rows = self.data.into_iter().map(|row| {
            let AuditRowView { at, event, tenant, challenge, recipient, client_ip, operator } = row;
            let [tenant, challenge, recipient, client_ip, operator] =
                [tenant, challenge, recipient, client_ip, operator].map(Option::unwrap_or_default);
            [at, event, tenant, challenge, recipient, client_ip, operator]
        });
        csv::table(["at", "event", "tenant", "challenge", "recipient", "origin", "operator"], rows)
    }
}

/// A page in the form that the caller prefers. Where the next one is stands in `Link` (RFC 8288).
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
    match wants_csv(request) {
        false => answer.json(view),
        true => answer
            .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""))
            .content_type("text/csv; charset=utf-8; header=present")
            .body(view.csv()),
    }
}

/// Whether the caller asks for CSV, and not rather for JSON.
fn wants_csv(request: &HttpRequest) -> bool {
    let Ok(Accept(items)) = Accept::parse(request) else { return false };
    let quality = |name: &str| {
        let offered = items.iter().filter(|item| item.item.essence_str() == name);
        offered.map(|item| item.quality).filter(|quality| *quality > Quality::ZERO).max()
    };
    quality("text/csv") > quality("application/json")
}
