//! `otpmint tenant route add`: adds a route.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::tenants::route_draft::RouteDraft;
use crate::domain::tenants::smtp::is_password;
use crate::domain::tenants::tenant::parse_name;
use crate::http::read_route;
use crate::service::{AuthenticatedTenant, RouteChange};

use super::failure::Failure;
use super::mail_account;
use super::offline_services::OfflineServices;
use super::prompt;
use super::route_trial::trial;
use super::tenant_argument::TenantArgument;

/// The end of the help: a route for every transport.
const EXAMPLES: &str = include_str!("route_examples.txt");

#[derive(Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct AddRoute {
    #[command(flatten)]
    one: TenantArgument,
    /// A file with the route, `-` for standard input: JSON as `POST /v1/tenant/routes` takes it. The examples
    /// below have one for each provider.
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// A file with the secret of the route on its first line (auth token, API key, password), `-` for standard
    /// input. Without it the secret is asked for, unless the route has it or wants none.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Serve only this channel, although the settings can serve others: sms, whatsapp, voice, telegram. May be
    /// repeated.
    #[arg(long = "channel", value_name = "CHANNEL", value_parser = channel)]
    channels: Vec<ChannelKind>,
    /// Your name for the route.
    #[arg(long)]
    name: Option<String>,
    /// Its place in the order in which routes are tried, from 0. Without it the route is tried last.
    #[arg(long, value_name = "NUMBER")]
    position: Option<u8>,
    /// Do not try the route after it was added.
    #[arg(long)]
    no_check: bool,
}

fn channel(word: &str) -> Result<ChannelKind, String> {
    ChannelKind::parse(word).ok_or_else(|| format!("one of {}", ChannelKind::WORDS))
}

impl AddRoute {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let standard_input = Path::new("-");
        if self.settings == standard_input && self.secret_file.as_deref() == Some(standard_input) {
            return Err(Failure::usage("only one of --settings and --secret-file can be standard input"));
        }
        let (offline, tenant) = self.one.manage().await?;
        let (draft, position) = self.draft()?;
        let position = self.position.map(usize::from).or(position);
        let change = RouteChange { position, ..RouteChange::default() };
        let routes = &offline.services.routes;
        let added = routes.add(&tenant, draft, change).await?.route;
        println!("{:8} {}", "added", added.handle);
        mail_account::show(&added, &[]);
        let countries = &offline.services.tenants.profile(&tenant).settings.phone.countries;
        if added.provider().is_some() && countries.is_empty() {
            println!("{}", NO_COUNTRY);
        }
        self.check(&offline, &tenant, &added.handle).await
    }

    /// Tries the route that was added. It stays, whatever comes of it: what is wrong may be put right elsewhere.
    async fn check(
        &self,
        offline: &OfflineServices,
        tenant: &AuthenticatedTenant,
        route: &RouteHandle,
    ) -> Result<(), Failure> {
        let again = format!("otpmint tenant route check {} {route}", tenant.handle());
        if self.no_check {
            println!("\nCheck it: {again}");
            return Ok(());
        }
        println!("\nIt is tried now, without sending anything:");
        match trial(offline, tenant, route.clone(), None).await? {
            None => println!("It works."),
            Some(wrong) => println!("failed {wrong}\n\nThe route stays. Once this is put right: {again}"),
        }
        Ok(())
    }

    /// Returns the route in the file, with what the other arguments say, and its place in the order.
    fn draft(&self) -> Result<(RouteDraft, Option<usize>), Failure> {
        let written = prompt::whole_file(&self.settings)?;
        let (mut draft, position) = read_route(written.expose_secret().as_bytes()).map_err(|wrong| {
            let is_whole = wrong.field.is_empty();
            let told = "--settings: this is not one JSON object; see the examples in --help";
            if is_whole { Failure::usage(told) } else { wrong.into() }
        })?;
        if let Some(name) = &self.name {
            let name = parse_name(name);
            draft.name = name.ok_or_else(|| Failure::usage("--name: at most 100 bytes on one line"))?;
        }
        if !self.channels.is_empty() {
            draft.channels = Some(self.channels.clone());
        }
        self.give_secret(&mut draft)?;
        Ok((draft, position))
    }

    fn give_secret(&self, draft: &mut RouteDraft) -> Result<(), Failure> {
        let file = self.secret_file.as_deref();
        match (draft.secret_mut(), file) {
            (None, None) | (Some(Some(_)), None) => Ok(()),
            (None, Some(_)) => {
                Err(Failure::usage("--secret-file: this route has no such secret: leave it out"))
            }
            (Some(Some(_)), Some(_)) => Err(Failure::usage(
                "--secret-file: the settings have the secret already: leave one of them out",
            )),
            (Some(missing), file) => {
                *missing = Some(checked(prompt::secret(file, "secret of the route: ")?)?);
                Ok(())
            }
        }
    }
}

/// A note after a route to phones was added.
pub(super) const NO_COUNTRY: &str = "Nothing is sent to a phone before its country is listed: set phone.countries in \
     the console, or with PATCH /v1/tenant.";

/// Refuses what can be no secret of any route.
fn checked(secret: SecretString) -> Result<SecretString, Failure> {
    match is_password(secret.expose_secret()) {
        true => Ok(secret),
        false => Err(Failure::usage("the secret is 1 to 512 bytes without control characters")),
    }
}
