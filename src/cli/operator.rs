//! `otpmint operator`: the people who sign in to the console, and operator tokens.

use clap::Subcommand;
use secrecy::ExposeSecret;

use crate::app;
use crate::service::{Services, SetupLink};

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
    SetupLink(ConfigFile),
    /// Print a new operator token, once. It takes the place of the former token `default`, which ends at
    /// once, and of the one in operator.token if that file exists.
    NewToken(ConfigFile),
    /// Make, list and revoke operator tokens with names and roles.
    #[command(subcommand)]
    Token(TokenCommand),
}

impl OperatorCommand {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self {
            Self::SetupLink(config) => block_on(setup_link(config)),
            Self::NewToken(config) => block_on(new_token(config)),
            Self::Token(command) => command.run(),
        }
    }
}

async fn setup_link(config: ConfigFile) -> Result<(), Failure> {
    let offline = OfflineServices::open_or_make(&config).await?;
    let services = &offline.services;
    if services.pages.public_url().is_none() {
        return Err(Failure::usage(
            "there is no console: set server.public_url to where browsers reach the server",
        ));
    }
    print(services, &services.console.make_setup_link(at_shell()).await?);
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
pub(super) fn print(services: &Services, link: &SetupLink) {
    let origin = services.pages.public_url().map(ToString::to_string).unwrap_or_default();
    println!("Set up an operator's account for the console, once, within a day:\n");
    println!("    {origin}{}\n", link.path().expose_secret());
}
