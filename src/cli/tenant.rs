//! `otpmint tenant`: manages tenants at the shell.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use secrecy::ExposeSecret;

use crate::domain::address::Address;
use crate::domain::reports::audit::Actor;
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::smtp::SmtpProfile;
use crate::domain::tenants::smtp_draft::{LoginDraft, SmtpDraft};
use crate::domain::tenants::tenant::{TenantStatus, parse_name};
use crate::domain::time::Clock as _;
use crate::service::{Caller, Registration};

use super::config_file::ConfigFile;
use super::failure::Failure;
use super::mail_account::OAuthArguments;
use super::offline_services::OfflineServices;
use super::runtime::block_on;
use super::{mail_account, prompt, sandbox};

/// The note after a printed key.
const SHOWN_ONCE: &str = "\nThe key is shown this once. Only its hash is kept.";

/// Add and look after tenants: the apps that send codes. Works beside a running server.
#[derive(Subcommand)]
pub(super) enum TenantCommand {
    /// Register a tenant with its mail account, and print its secret key unless you choose one.
    Add(Box<Add>),
    /// List all tenants: handle, status, when registered, name.
    List(ConfigFile),
    /// Show a tenant, its mail accounts and the last characters of its live keys.
    Show(TenantArgument),
    /// Switch a tenant off: within a second its keys and its codes work no more.
    Disable(TenantArgument),
    /// Switch a tenant on again.
    Enable(TenantArgument),
    /// Give a tenant a new secret key; the present one goes on working for a while.
    RotateKey(Rotate),
    /// Make a test key: it opens the tenant's sandbox, of which nothing is ever sent.
    SandboxKey(TenantArgument),
    /// Forget the wrong codes of a recipient, so that a locked-out person can try again.
    Unlock(Unlock),
}

#[derive(Args)]
pub(super) struct Add {
    /// The app's name, as the mails give it.
    #[arg(long, default_value = "")]
    name: String,
    /// Its mail server: a host name or an IP address.
    #[arg(long, value_name = "HOST")]
    smtp_host: String,
    /// The server's port: 465 means TLS from the first byte, any other STARTTLS.
    #[arg(long, value_name = "PORT", default_value_t = 587)]
    smtp_port: u16,
    /// Login at the mail server, and the address that the mails come from.
    #[arg(long, value_name = "ADDRESS")]
    smtp_mail: String,
    /// A file with the mail account's password on its first line, `-` for standard input. Without
    /// it the password is asked for.
    #[arg(long, value_name = "FILE", conflicts_with = "oauth_grant")]
    smtp_password_file: Option<PathBuf>,
    #[command(flatten)]
    oauth: OAuthArguments,
    /// A file with a secret key of your own on its first line, at least 16 characters and hard to
    /// guess. Without it one is generated and printed.
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,
    /// Print a test key as well: it opens a sandbox, of which nothing is ever sent.
    #[arg(long)]
    sandbox: bool,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Args)]
pub(super) struct TenantArgument {
    /// The tenant's handle, such as tnt_4hq7k2m9x3c8v5bn: see `otpmint tenant list`.
    tenant: String,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Args)]
pub(super) struct Rotate {
    #[command(flatten)]
    one: TenantArgument,
    /// The key that is replaced, such as key_4hq7k2m9x3c8v5bn: see `otpmint tenant show`. Not
    /// needed where there is only one. The new one gets its name and scopes.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// How many hours the present key goes on working; 0 ends it at once.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=720))]
    overlap_hours: u32,
    /// A file with a secret key of your own on its first line, at least 16 characters and hard to
    /// guess. Without it one is generated and printed.
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Unlock {
    #[command(flatten)]
    one: TenantArgument,
    /// The recipient's mail address.
    recipient: String,
}

impl TenantCommand {
    pub(super) fn run(self) -> Result<(), Failure> {
        block_on(async {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(config) => list(&config).await,
                Self::Show(one) => one.show().await,
                Self::Disable(one) => one.set_status(TenantStatus::Disabled).await,
                Self::Enable(one) => one.set_status(TenantStatus::Active).await,
                Self::RotateKey(rotate) => rotate.run().await,
                Self::SandboxKey(one) => one.sandbox_key().await,
                Self::Unlock(unlock) => unlock.run().await,
            }
        })
    }
}

impl Add {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let smtp = self.account(&offline)?;
        let secret_key = match &self.secret_key_file {
            Some(path) => Some(prompt::secret(Some(path), "secret key")?),
            None => None,
        };
        let name = parse_name(&self.name);
        let registration = Registration {
            name: name.ok_or_else(|| Failure::usage("--name: at most 100 bytes on one line"))?,
            smtp,
            route_name: String::new(),
            secret_key,
            caller: Caller::Shell,
            client_ip: None,
        };
        let registered = offline.services.tenants.register(registration).await?;
        println!("tenant      {}", registered.handle);
        if let Some(key) = &registered.generated_key {
            println!("secret key  {}", key.expose());
        }
        if self.sandbox {
            sandbox::add_test_key(&offline.services, registered.id).await?;
        }
        if self.sandbox || registered.generated_key.is_some() {
            println!("{SHOWN_ONCE}");
        }
        Ok(())
    }
}

impl Add {
    /// Returns the mail account.
    fn account(&self, offline: &OfflineServices) -> Result<SmtpProfile, Failure> {
        let parse = |password: &str| {
            let smtp = SmtpProfile::from_compat(
                &self.smtp_host,
                i64::from(self.smtp_port),
                &self.smtp_mail,
                password,
            );
            smtp.map_err(|reason| Failure::usage(reason.to_string()))
        };
        let Some(login) = self.oauth.draft()? else {
            let password = prompt::secret(self.smtp_password_file.as_deref(), "SMTP password: ")?;
            return parse(password.expose_secret());
        };
        // The password is only a place holder.
        let draft = SmtpDraft { login: LoginDraft::OAuth(login), ..SmtpDraft::unchanged(&parse("-")?) };
        let account = offline.services.routes.new_account(draft);
        account.map_err(|wrong| Failure::usage(format!("{}: {wrong}", wrong.field)))
    }
}

async fn list(config: &ConfigFile) -> Result<(), Failure> {
    let offline = OfflineServices::open(config).await?;
    let tenants = offline.foundation.store.tenants().await.map_err(crate::service::Refusal::from)?;
    for tenant in &tenants {
        let name = if tenant.name.is_empty() { "-" } else { &tenant.name };
        let (status, mark) = (tenant.status.as_str(), sandbox::mark(tenant, &tenants));
        println!("{}  {status:8}  {}  {name}{mark}", tenant.handle, tenant.created_at);
    }
    Ok(())
}

impl TenantArgument {
    async fn show(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let tenant = offline.tenant(&self.tenant).await?;
        let now = offline.ambient.clock.now();
        let found = offline.foundation.store.tenant_by_handle(tenant.handle.clone(), now).await;
        let keys = found.map_err(crate::service::Refusal::from)?.map(|(_, keys)| keys).unwrap_or_default();
        let routes = offline.services.routes.of_row(&tenant)?;
        println!("tenant   {}", tenant.handle);
        println!("name     {}", tenant.name);
        println!("status   {}", tenant.status.as_str());
        println!("created  {}", tenant.created_at);
        for (name, rate) in tenant.limits.entries() {
            println!("limit    {name} {rate}");
        }
        let stopped = offline.services.routes.stopped(tenant.id, &routes).await?;
        routes.iter().for_each(|route| mail_account::show(route, &stopped));
        for key in keys {
            let until = match key.expires_at {
                Some(until) => format!("until {until}"),
                None => "current".to_owned(),
            };
            println!(
                "key      {}  …{}  {}  made {}  {until}",
                key.handle, key.hint, key.name, key.created_at
            );
            println!("         may {}", key.scopes.to_words());
        }
        Ok(())
    }

    async fn sandbox_key(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let tenant = offline.tenant(&self.tenant).await?;
        sandbox::add_test_key(&offline.services, tenant.id).await?;
        println!("{SHOWN_ONCE}");
        Ok(())
    }

    async fn set_status(self, status: TenantStatus) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let tenant = offline.tenant(&self.tenant).await?;
        let now = offline.ambient.clock.now();
        let set = offline.foundation.store.set_tenant_status(tenant.id, status, Actor::default(), now).await;
        set.map_err(crate::service::Refusal::from)?;
        println!("{} is {}", tenant.handle, status.as_str());
        Ok(())
    }
}

impl Rotate {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.one.config).await?;
        let tenant = offline.tenant(&self.one.tenant).await?;
        let chosen = match &self.secret_key_file {
            Some(path) => Some(prompt::secret(Some(path), "secret key")?),
            None => None,
        };
        let overlap = Duration::from_secs(u64::from(self.overlap_hours) * 3_600);
        let usage = |text: &str| Failure::usage(format!("--key: {text} is not a key's handle"));
        let handle = |text: &str| KeyHandle::parse(text).ok_or_else(|| usage(text));
        let replaced = self.key.as_deref().map(handle).transpose()?;
        if replaced.is_none() {
            offline.check_one_key(&tenant).await?;
        }
        let (keys, by) = (&offline.services.secret_keys, Actor::default());
        let new = keys.rotate(tenant.id, replaced, chosen.as_ref(), overlap, by).await?;
        println!("key         {}", new.key.handle);
        if chosen.is_none() {
            println!("secret key  {}\n{SHOWN_ONCE}", new.secret.expose());
        }
        match self.overlap_hours {
            0 => println!("The former key has ended."),
            hours => println!("The former key goes on working for {hours} hours."),
        }
        Ok(())
    }
}

impl Unlock {
    async fn run(self) -> Result<(), Failure> {
        let recipient = Address::parse(&self.recipient)
            .map_err(|reason| Failure::usage(format!("{}: {reason}", self.recipient)))?;
        let offline = OfflineServices::open(&self.one.config).await?;
        let tenant = offline.tenant(&self.one.tenant).await?;
        match offline.services.tenants.unlock(tenant.id, &recipient, Actor::default()).await? {
            true => println!("{recipient:?} may answer again."),
            false => println!("{recipient:?} was not locked out."),
        }
        Ok(())
    }
}
