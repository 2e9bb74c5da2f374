//! `otpmint operator`: the people who sign in to the console, and operator tokens.

use clap::{Args, Subcommand};
use secrecy::ExposeSecret;

use crate::app;
use crate::config::Settings;
use crate::domain::operator::{LinkPurpose, OperatorName, Role};
use crate::domain::web_origin::WebOrigin;
use crate::service::SetupLink;

use super::config_file::ConfigFile;
use super::failure::Failure;
use super::offline_services::OfflineServices;
use super::operator_token::TokenCommand;
use super::runtime::block_on;
use super::shell_user::at_shell;

/// Let people in to the console, and look after operator tokens. Works beside a running server.
#[derive(Subcommand)]
pub(super) enum OperatorCommand {
    /// Print a link with which an operator's account is set up, once, within a day. It is also the way
    /// back for whoever has lost the password or the phone. Any other such link ends.
    SetupLink(LinkOrder),
    /// Unlock the account of an operator that too many wrong codes have locked.
    Unlock(Unlock),
    /// Print a new operator token, once. It takes the place of the former token `default`, which ends at
    /// once, and of the one in operator.token if that file exists.
    NewToken(ConfigFile),
    /// Make, list and revoke operator tokens with names and roles.
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Args)]
pub(super) struct LinkOrder {
    /// What the operator may do: owner (everything), support (look, unlock, send again), read_only (look). An
    /// account that is there keeps its role, so a link that is to recover it must have the same.
    #[arg(long, value_name = "ROLE", default_value = "owner", value_parser = role)]
    role: Role,
    /// The name of the account. Without it whoever has the link chooses the name.
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<OperatorName>,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Args)]
pub(super) struct Unlock {
    /// The name of the operator.
    #[arg(value_parser = name)]
    name: OperatorName,
    #[command(flatten)]
    config: ConfigFile,
}

fn role(word: &str) -> Result<Role, String> {
    let words = Role::ALL.map(Role::as_str).join(", ");
    Role::parse(word).ok_or_else(|| format!("one of {words}"))
}

fn name(text: &str) -> Result<OperatorName, String> {
    OperatorName::parse(text).ok_or_else(|| "1 to 64 letters, digits and . _ - @ +".to_owned())
}

impl OperatorCommand {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self {
            Self::SetupLink(order) => block_on(setup_link(order)),
            Self::Unlock(unlock) => block_on(unlock.run()),
            Self::NewToken(config) => block_on(new_token(config)),
            Self::Token(command) => command.run(),
        }
    }
}

impl Unlock {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        offline.services.console.unlock_at_shell(self.name.clone(), at_shell()).await?;
        println!("{} is unlocked", self.name);
        Ok(())
    }
}

async fn setup_link(LinkOrder { role, name, config }: LinkOrder) -> Result<(), Failure> {
    let offline = OfflineServices::open_or_make(&config).await?;
    let services = &offline.services;
    if console_url(&offline.settings).is_none() {
        return Err(Failure::usage(
            "there is no console: set server.public_url to where browsers reach the server, or operator.public_url",
        ));
    }
    let purpose = LinkPurpose { role, name };
    print(&offline.settings, &services.console.make_setup_link(purpose, at_shell()).await?);
    Ok(())
}

async fn new_token(config: ConfigFile) -> Result<(), Failure> {
    let offline = OfflineServices::open(&config).await?;
    let OfflineServices { settings, foundation, services, ambient } = &offline;
    if !settings.server.operator_token.expose_secret().is_empty() {
        return Err(Failure::usage(
            "server.operator_token sets the operator token: change it there, and restart the server",
        ));
    }
    let token = app::renew_operator_token(settings, ambient, services, &foundation.place, at_shell()).await?;
    println!("New operator token; the former one has ended:\n\n    {}\n", token.expose_secret());
    Ok(())
}

/// Prints a link, only this once.
pub(super) fn print(settings: &Settings, link: &SetupLink) {
    let origin = console_url(settings).map(String::from).unwrap_or_default();
    println!("Set up an operator's account for the console, once, within a day:\n");
    println!("    {origin}{}\n", link.path().expose_secret());
}

/// Where browsers reach the console. The settings were checked when they were loaded.
fn console_url(settings: &Settings) -> Option<WebOrigin> {
    settings.console_url().ok().flatten()
}
