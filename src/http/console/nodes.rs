//! `GET /console/nodes`: the servers that share the store.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use crate::domain::node::{ClockSkew, Duty};
use crate::service::{NodeRow, NodeStanding};

use crate::http::state::AppState;

use super::layout::{Layout, NODES};
use super::page;
use super::power::Looking;
use super::session::{self, AnOperator};
use super::words::{moment, span};

#[derive(Template)]
#[template(path = "console/nodes.html")]
struct NodesPage {
    layout: Layout,
    rows: Vec<ShownNode>,
}

struct ShownNode {
    number: u16,
    is_this: bool,
    kind: &'static str,
    words: &'static str,
    tone: &'static str,
    address: String,
    version: String,
    lanes: u8,
    joined_at: (String, String),
    seen: String,
    lag: String,
    clock: String,
    keeps_house: bool,
}

pub(crate) async fn show(
    state: Data<AppState>,
    Looking(AnOperator { signed, operator }): Looking<AnOperator>,
) -> HttpResponse {
    let found = match state.services.nodes.overview(&operator).await {
        Ok(found) => found,
        Err(refusal) => return session::refused(&refusal),
    };
    let rows = found.nodes.iter().map(|row| ShownNode::of(row, found.now.since(row.info.seen_at))).collect();
    page::page(StatusCode::OK, &NodesPage { layout: Layout::of(&signed, "Nodes", NODES), rows })
}

impl ShownNode {
    fn of(row: &NodeRow, age: std::time::Duration) -> Self {
        let info = &row.info;
        let (words, tone) = match row.standing {
            NodeStanding::Current => ("current", "good"),
            NodeStanding::Late => ("late: it does nothing until it can renew its lease", "waits"),
            NodeStanding::Dead => ("dead: the others go on with what it held", "bad"),
        };
        Self {
            number: info.lease.node.number(),
            is_this: row.is_this,
            kind: info.kind.as_str(),
            words,
            tone,
            address: info.address.clone(),
            version: info.version.clone(),
            lanes: info.lanes,
            joined_at: (info.joined_at.to_string(), moment(info.joined_at)),
            seen: span(age.as_secs_f64()),
            lag: span(info.lag.as_secs_f64()),
            clock: info.skew.map_or("–".to_owned(), clock),
            keeps_house: row.duties.contains(&Duty::Housekeeping),
        }
    }
}

/// How a clock differs, for readers: `12 ms behind`.
fn clock(skew: ClockSkew) -> String {
    let far = span(skew.as_secs_f64().abs());
    match skew.0 {
        0 => "the same".to_owned(),
        ahead if ahead > 0 => format!("{far} ahead"),
        _ => format!("{far} behind"),
    }
}
