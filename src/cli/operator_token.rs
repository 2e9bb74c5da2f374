//! `otpmint operator token`: operator tokens with names.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::domain::operator::Role;
use crate::domain::operator_token::TokenName;
use crate::domain::time::Clock as _;
use crate::service::{NewToken, RequestConditions};

use super::config_file::ConfigFile;
use super::failure::Failure;
use super::listing::{Format, Listing};
use super::offline_services::OfflineServices;
use super::prompt::SHOWN_ONCE;
use super::runtime::block_on;
use super::shell_user::at_shell;

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token and print it, once.
    Add(Add),
    /// List all tokens, by their last characters. `default` is the one of server.operator_token or operator.token.
    List(ListTokens),
    /// Revoke a token. It ends at once.
    Revoke(Revoke),
}

#[derive(Args)]
pub(super) struct Add {
    /// Its name, which the audit trail shows for what is done with it: up to 32 lower-case letters, digits, and any of
    /// `.`, `_`, `-`.
    #[arg(value_parser = name)]
    name: TokenName,
    /// What it is for: owner does everything, support looks and unlocks recipients, read_only looks.
    #[arg(long, value_enum)]
    role: RoleArgument,
    /// In how many days it expires; without this it does not.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..))]
    expires_in_days: Option<u16>,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Args)]
pub(super) struct ListTokens {
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Args)]
pub(super) struct Revoke {
    /// Its name.
    #[arg(value_parser = name)]
    name: TokenName,
    #[command(flatten)]
    config: ConfigFile,
}

/// A role, as it is typed.
#[derive(Clone, Copy)]
struct RoleArgument(Role);

impl ValueEnum for RoleArgument {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self(Role::Owner), Self(Role::Support), Self(Role::ReadOnly)]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.as_str()))
    }
}

fn name(text: &str) -> Result<TokenName, String> {
    TokenName::parse(text).ok_or_else(|| "1 to 32 lower-case letters, digits and `.`, `_`, `-`".to_owned())
}

impl TokenCommand {
    pub(super) fn run(self) -> Result<(), Failure> {
        block_on(async {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(list) => list.run().await,
                Self::Revoke(revoke) => revoke.run().await,
            }
        })
    }
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let now = offline.ambient.clock.now();
        let days = |days: u16| now + Duration::from_secs(u64::from(days) * 86_400);
        let new = NewToken { name: self.name, role: self.role.0, expires_at: self.expires_in_days.map(days) };
        let (info, token) =
            offline.services.operator_tokens.add(new, at_shell(), &RequestConditions::default()).await?;
        println!("name        {}", info.name);
        println!("role        {}", info.role.as_str());
        let expires = info.expires_at.map_or_else(|| "never".to_owned(), |moment| moment.to_string());
        println!("expires     {expires}");
        println!("token       {}", token.expose_secret());
        println!("{SHOWN_ONCE}");
        Ok(())
    }
}

impl ListTokens {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let now = offline.ambient.clock.now();
        let columns = ["name", "role", "ends_in", "created_at", "expires_at", "is_over", "last_used_at"];
        let mut list = Listing::of(columns);
        for token in offline.services.operator_tokens.list().await? {
            list.row([
                json!(token.name.as_str()),
                json!(token.role.as_str()),
                json!(format!("…{}", token.hint)),
                json!(token.created_at),
                json!(token.expires_at),
                json!(token.is_over(now)),
                json!(token.used_at),
            ]);
        }
        list.print(&self.format, "There is no token yet: `otpmint operator token add` makes one.");
        Ok(())
    }
}

impl Revoke {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        offline.services.operator_tokens.revoke(&self.name, at_shell()).await?;
        println!("{} is revoked: it proves nothing any more.", self.name);
        Ok(())
    }
}
