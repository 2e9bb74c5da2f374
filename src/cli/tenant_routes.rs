//! `otpmint tenant route`: manages a tenant's routes.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::domain::address::Address;
use crate::domain::tenants::route::RouteHandle;
use crate::service::{Refusal, RouteChange};

use super::failure::Failure;
use super::listing::{Format, Listing};
use super::mail_account;
use super::route_add::AddRoute;
use super::route_trial::trial;
use super::tenant_argument::TenantArgument;

/// Add, list, check and remove a tenant's routes: its ways to send, by mail server and by phone.
#[derive(Subcommand)]
pub(super) enum RouteCommand {
    /// Add a route over a provider, a gateway, a message centre or a mail server.
    Add(Box<AddRoute>),
    /// List the routes in the order in which they are tried.
    List(ListRoutes),
    /// Check a route step by step: server, connection, TLS and login. Nothing is sent without --to.
    Check(CheckRoute),
    /// Remove a route. Messages that wait use the remaining ones.
    Remove(RouteArgument),
}

#[derive(Args)]
pub(super) struct ListRoutes {
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    one: TenantArgument,
}

#[derive(Args)]
pub(super) struct RouteArgument {
    #[command(flatten)]
    one: TenantArgument,
    /// The route's handle, such as twilio_4hq7k2m9x3c8v5bn: see `otpmint tenant route list`.
    route: String,
}

#[derive(Args)]
pub(super) struct CheckRoute {
    #[command(flatten)]
    route: RouteArgument,
    /// Send a test message there as well, if everything else succeeds: a phone number, or a mail address for
    /// a mail server. It costs what a message costs.
    #[arg(long, value_name = "RECIPIENT")]
    to: Option<String>,
}

impl RouteCommand {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Add(add) => add.run().await,
            Self::List(list) => list.run().await,
            Self::Check(check) => check.run().await,
            Self::Remove(route) => route.remove().await,
        }
    }
}

impl ListRoutes {
    async fn run(self) -> Result<(), Failure> {
        let (offline, tenant) = self.one.manage().await?;
        let found = offline.services.routes.list(&tenant).await?;
        let columns = ["route", "transport", "channels", "to", "name", "stopped", "callback", "verify_token"];
        let mut list = Listing::of(columns);
        for route in &found.routes {
            let stopped = found.stopped.iter().find(|stopped| stopped.is_of(route));
            let reports = offline.services.callbacks.offered(&tenant, route);
            let address = reports.and_then(|reports| reports.address);
            let channels: Vec<_> = route.channels.iter().map(|channel| channel.as_str()).collect();
            list.row([
                json!(route.handle.to_string()),
                json!(route.transport.kind().as_str()),
                json!(channels),
                json!(mail_account::destination(route)),
                if route.name.is_empty() { Value::Null } else { json!(route.name) },
                json!(stopped.map(|stopped| stopped.refusal.as_str())),
                json!(address.as_ref().map(|address| &address.url)),
                json!(address.as_ref().map(|address| &address.verify_token)),
            ]);
        }
        list.print(&self.format, "The tenant has no route yet: `otpmint tenant route add` gives it one.");
        Ok(())
    }
}

impl RouteArgument {
    fn handle(&self) -> Result<RouteHandle, Failure> {
        RouteHandle::parse(&self.route).ok_or_else(|| Refusal::UnknownRoute.into())
    }

    async fn remove(self) -> Result<(), Failure> {
        let handle = self.handle()?;
        let (offline, tenant) = self.one.manage().await?;
        offline.services.routes.delete(&tenant, &handle, RouteChange::default()).await?;
        println!("{handle} is removed.");
        Ok(())
    }
}

impl CheckRoute {
    async fn run(self) -> Result<(), Failure> {
        let handle = self.route.handle()?;
        let parse = |to: &str| Address::parse(to).map_err(|reason| Failure::usage(format!("--to: {reason}")));
        let to = self.to.as_deref().map(parse).transpose()?;
        let (offline, tenant) = self.route.one.manage().await?;
        let wrong = trial(&offline, &tenant, handle, to).await?;
        wrong.map_or(Ok(()), |wrong| Err(Failure::new(wrong)))
    }
}
