//! `otpmint tenant route`: manages a tenant's routes.

use clap::{Args, Subcommand};

use crate::domain::address::Address;
use crate::domain::tenants::route::RouteHandle;
use crate::service::{Candidate, Refusal, RouteChange};

use super::failure::Failure;
use super::mail_account;
use super::route_add::AddRoute;
use super::tenant_argument::TenantArgument;

/// Add, list, check and remove a tenant's routes: its ways to send, by mail server and by phone.
#[derive(Subcommand)]
pub(super) enum RouteCommand {
    /// Add a route over a provider, a gateway, a message centre or a mail server.
    Add(Box<AddRoute>),
    /// List the routes in the order in which they are tried.
    List(TenantArgument),
    /// Check a route step by step: server, connection, TLS and login. Nothing is sent without --to.
    Check(CheckRoute),
    /// Remove a route. Messages that wait use the remaining ones.
    Remove(RouteArgument),
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
            Self::List(one) => list(&one).await,
            Self::Check(check) => check.run().await,
            Self::Remove(route) => route.remove().await,
        }
    }
}

async fn list(one: &TenantArgument) -> Result<(), Failure> {
    let (offline, tenant) = one.manage().await?;
    let found = offline.services.routes.list(&tenant).await?;
    for route in &found.routes {
        mail_account::show(route, &found.stopped);
        let reports = offline.services.callbacks.offered(&tenant, route);
        if let Some(address) = reports.and_then(|reports| reports.address) {
            println!("         callback {}  verify token {}", address.url, address.verify_token);
        }
    }
    Ok(())
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
        let checked = offline.services.routes.check(&tenant, Candidate::Present(handle), to, None).await?;
        let mut failure = None;
        for taken in &checked.steps {
            match &taken.result {
                Ok(detail) => println!("ok    {:8} {detail}", taken.step.as_str()),
                Err(trouble) => {
                    let (step, reason) = (taken.step.as_str(), trouble.reason.as_str());
                    failure = Some(format!("{step}: {reason}: {}", trouble.advice));
                }
            }
        }
        for hint in &checked.hints {
            println!("note  {:8} {}", hint.topic.as_str(), hint.text);
        }
        failure.map_or(Ok(()), |failure| Err(Failure::new(failure)))
    }
}
