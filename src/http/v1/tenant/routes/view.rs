//! Routes in answers.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::oauth::StoppedLogin;
use crate::domain::tenants::route::{Route, TransportKind};
use crate::domain::tenants::transports::provider::ProviderSettings;
use crate::service::{OfferedReports, TenantRoutes};

use crate::http::shared::description::named_words::{Channel, Transport};
use crate::http::shared::description::operation::Example;
use crate::http::shared::description::schemas::one_of;
use crate::http::shared::description::words::RouteId;
use crate::http::v1::page;
use crate::http::v1::tenant::smtp::view::AccountView;

use super::settings_shapes::AnySettings;

/// The routes of the tenant.
#[derive(Serialize, ToSchema)]
#[schema(as = Routes)]
pub(crate) struct RoutesView {
    /// The routes in the order in which they are tried. A message goes to the next route of its channel if the one
    /// before certainly did not deliver it.
    #[schema(max_items = 100)]
    data: Vec<RouteView>,
    #[schema(required, schema_with = page::next)]
    next: Option<String>,
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
    #[schema(value_type = Transport)]
    transport: &'static str,
    /// The channels that the route serves.
    #[schema(value_type = Vec<Channel>, max_items = 10)]
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
    #[schema(value_type = Transport)]
    transport: &'static str,
    /// The channels that the route serves.
    #[schema(value_type = Vec<Channel>, max_items = 10)]
    channels: Vec<&'static str>,
    #[schema(value_type = AnySettings)]
    settings: ProviderSettings,
    /// How the provider reports what became of messages; absent where that takes no callbacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    reports: Option<ReportsView>,
}

/// How a provider reports over a route.
#[derive(Serialize, ToSchema)]
#[schema(as = RouteReports)]
pub(crate) struct ReportsView {
    #[schema(schema_with = proof)]
    proof: &'static str,
    /// The address to enter at the provider; absent where each message names one of its own, or while the operator
    /// has not set the address of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri", max_length = 400)]
    url: Option<String>,
    /// What to enter beside `url` as the verify token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 23)]
    verify_token: Option<String>,
}

fn proof() -> RefOr<Schema> {
    let meaning = "What is asked of a report: the provider's signature, or the address of its message, which cannot be \
                   guessed. While the key is `missing`, no report is believed.";
    one_of(meaning, ["signature", "address", "missing"])
}

impl RoutesView {
    pub(crate) fn of(found: &TenantRoutes, offered: impl Fn(&Route) -> Option<OfferedReports>) -> Self {
        let view = |route: &Route| {
            RouteView::of(route, found.stopped.iter().find(|stopped| stopped.is_of(route)), offered(route))
        };
        Self { data: found.routes.iter().filter_map(view).collect(), next: page::NO_MORE }
    }
}

impl RouteView {
    /// Shows a route; `None` if this version cannot show its transport.
    pub(crate) fn of(
        route: &Route,
        stopped: Option<&StoppedLogin>,
        offered: Option<OfferedReports>,
    ) -> Option<Self> {
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
                reports: offered.map(ReportsView::of),
            })),
        }
    }
}

impl ReportsView {
    fn of(offered: OfferedReports) -> Self {
        let OfferedReports { proof, address } = offered;
        let (url, verify_token) = address.map(|address| (address.url, address.verify_token)).unzip();
        Self { proof: proof.as_str(), url, verify_token }
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
        Self { data: vec![RouteView::example()], next: page::NO_MORE }
    }
}
