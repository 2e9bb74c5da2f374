//! `/v1/admin/nodes`: the servers that share the store.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::node::Duty;
use crate::domain::time::Timestamp;
use crate::service::NodeRow;

use crate::http::shared::description::examples;
use crate::http::shared::description::operation::Example;
use crate::http::state::AppState;
use crate::http::v1::error::V1Result;
use crate::http::v1::operator::Onlooker;
use crate::http::v1::page;

/// `GET /v1/admin/nodes`: all nodes.
pub(crate) async fn list(state: Data<AppState>, Onlooker(operator): Onlooker) -> V1Result {
    let found = state.services.nodes.overview(&operator).await?;
    let data = found.nodes.iter().map(AdminNodeView::of).collect();
    Ok(HttpResponse::Ok().json(AdminNodesView { data, next: page::NO_MORE }))
}

/// The nodes that share the store.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminNodes)]
pub(crate) struct AdminNodesView {
    /// The nodes, by number.
    #[schema(max_items = 1024)]
    data: Vec<AdminNodeView>,
    #[schema(required, schema_with = page::next)]
    next: Option<String>,
}

/// A node: a running server, or a command beside the servers.
#[derive(Serialize, ToSchema)]
#[schema(as = AdminNode)]
pub(crate) struct AdminNodeView {
    /// Its number.
    #[schema(maximum = 1023)]
    node: u16,
    /// `server` or `command`.
    #[schema(pattern = "^(server|command)$", max_length = 7)]
    kind: &'static str,
    /// `current`, `late` (it has not renewed its lease for 10 s, and does nothing until it can), or `dead` (not for
    /// 15 s; the others go on with what it held).
    #[schema(pattern = "^(current|late|dead)$", max_length = 7)]
    status: &'static str,
    /// Whether it is the one that answers.
    this: bool,
    /// Its machine, and where it listens.
    #[schema(max_length = 400)]
    address: String,
    /// The version of the program.
    #[schema(max_length = 40)]
    version: String,
    /// The number of its connections that write for requests.
    #[schema(maximum = 255)]
    lanes: u8,
    /// When it joined.
    joined_at: Timestamp,
    /// When it last renewed its lease.
    seen_at: Timestamp,
    /// How long that took the time before, in milliseconds.
    lag_ms: u64,
    /// How far its clock is ahead of the database's, in milliseconds; null over SQLite.
    #[schema(required)]
    clock_ahead_ms: Option<i64>,
    /// What it does for all: `housekeeping`, `migration`.
    #[schema(max_items = 2)]
    duties: Vec<&'static str>,
}

impl AdminNodeView {
    fn of(row: &NodeRow) -> Self {
        let info = &row.info;
        Self {
            node: info.lease.node.number(),
            kind: info.kind.as_str(),
            status: row.standing.as_str(),
            this: row.is_this,
            address: info.address.clone(),
            version: info.version.clone(),
            lanes: info.lanes,
            joined_at: info.joined_at,
            seen_at: info.seen_at,
            lag_ms: u64::try_from(info.lag.as_millis()).unwrap_or(u64::MAX),
            clock_ahead_ms: info.skew.map(|skew| skew.0),
            duties: row.duties.iter().map(|duty| duty.as_str()).collect(),
        }
    }
}

impl Example for AdminNodesView {
    fn example() -> Self {
        let one = AdminNodeView {
            node: 0,
            kind: "server",
            status: "current",
            this: true,
            address: "otp-1 0.0.0.0:5000".to_owned(),
            version: "0.1.0".to_owned(),
            lanes: 2,
            joined_at: examples::at("08:30:00"),
            seen_at: examples::at("09:00:00"),
            lag_ms: 2,
            clock_ahead_ms: Some(-12),
            duties: vec![Duty::Housekeeping.as_str()],
        };
        Self { data: vec![one], next: page::NO_MORE }
    }
}
