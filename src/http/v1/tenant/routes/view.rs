//! Routes in answers.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::route::{Route, TransportKind};

use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::{one_of, part};
use crate::http::v1::tenant::smtp::view::AccountView;

/// The routes of the tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = Routes)]
pub(crate) struct RoutesView {
    /// The routes in the order in which they are tried. A message goes to the next route of its channel if the one
    /// before certainly did not deliver it.
    #[schema(max_items = 100)]
    routes: Vec<RouteView>,
}

/// A way to send messages, without its secrets.
#[derive(Serialize, ToSchema)]
#[schema(as = Route)]
pub(crate) struct RouteView {
    #[serde(flatten)]
    account: AccountView,
    #[schema(schema_with = transport)]
    transport: &'static str,
    #[schema(schema_with = channels)]
    channels: Vec<&'static str>,
}

fn transport() -> RefOr<Schema> {
    one_of("What the route sends through.", TransportKind::ALL.map(TransportKind::as_str))
}

fn channels() -> RefOr<Schema> {
    let words: Vec<_> = ChannelKind::media().map(ChannelKind::as_str).collect();
    part(json!({
        "type": "array",
        "description": "The channels that the route serves.",
        "items": { "type": "string", "enum": words },
        "maxItems": words.len(),
    }))
}

impl RoutesView {
    pub(crate) fn of(routes: &[Route]) -> Self {
        Self { routes: routes.iter().filter_map(RouteView::of).collect() }
    }
}

impl RouteView {
    /// Shows a route; `None` if this version cannot show its transport.
    pub(crate) fn of(route: &Route) -> Option<Self> {
        Some(Self::with(AccountView::of(route)?, route.transport.kind()))
    }

    fn with(account: AccountView, kind: TransportKind) -> Self {
        let channels = kind.channels().iter().map(|channel| channel.as_str()).collect();
        Self { account, transport: kind.as_str(), channels }
    }
}

impl Example for RouteView {
    fn example() -> Self {
        Self::with(AccountView::example(), TransportKind::Smtp)
    }
}

impl Example for RoutesView {
    fn example() -> Self {
        Self { routes: vec![RouteView::example()] }
    }
}
