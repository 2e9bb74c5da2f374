//! Routes in answers.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::oauth::StoppedLogin;
use crate::domain::tenants::route::{Route, TransportKind};
use crate::domain::tenants::transports::provider::ProviderSettings;
use crate::service::TenantRoutes;

use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::{one_of, part};
use crate::http::shared::description::words::RouteId;
use crate::http::v1::tenant::smtp::view::AccountView;

use super::description;

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
#[serde(untagged)]
pub(crate) enum RouteView {
    Smtp(SmtpRouteView),
    Provider(ProviderRouteView),
}

/// A route through a mail server.
#[derive(Serialize, ToSchema)]
#[schema(as = SmtpRoute)]
pub(crate) struct SmtpRouteView {
    #[serde(flatten)]
    account: AccountView,
    #[schema(schema_with = transport)]
    transport: &'static str,
    #[schema(schema_with = channels)]
    channels: Vec<&'static str>,
}

/// A route through a provider.
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderRoute)]
pub(crate) struct ProviderRouteView {
    /// The handle of the route.
    #[schema(value_type = RouteId)]
    id: String,
    /// Your name for the route.
    #[schema(max_length = 100)]
    name: String,
    #[schema(schema_with = transport)]
    transport: &'static str,
    #[schema(schema_with = channels)]
    channels: Vec<&'static str>,
    #[schema(schema_with = description::any_settings)]
    settings: ProviderSettings,
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
    pub(crate) fn of(found: &TenantRoutes) -> Self {
        let view =
            |route: &Route| RouteView::of(route, found.stopped.iter().find(|stopped| stopped.is_of(route)));
        Self { routes: found.routes.iter().filter_map(view).collect() }
    }
}

impl RouteView {
    /// Shows a route; `None` if this version cannot show its transport.
    pub(crate) fn of(route: &Route, stopped: Option<&StoppedLogin>) -> Option<Self> {
        let transport = route.transport.kind().as_str();
        let channels = route.channels.iter().map(|channel| channel.as_str()).collect();
        match route.provider() {
            None => Some(Self::Smtp(SmtpRouteView {
                account: AccountView::of(route, stopped)?,
                transport,
                channels,
            })),
            Some(account) => Some(Self::Provider(ProviderRouteView {
                id: route.handle.to_string(),
                name: route.name.clone(),
                transport,
                channels,
                settings: account.settings.clone(),
            })),
        }
    }
}

impl Example for RouteView {
    fn example() -> Self {
        let (account, transport) = (AccountView::example(), TransportKind::Smtp.as_str());
        Self::Smtp(SmtpRouteView { account, transport, channels: vec![ChannelKind::Email.as_str()] })
    }
}

impl Example for RoutesView {
    fn example() -> Self {
        Self { routes: vec![RouteView::example()] }
    }
}
