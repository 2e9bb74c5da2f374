//! `otpmint tenant`: manages tenants at the shell.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::domain::address::Address;
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::tenants::tenant::TenantStatus;
use crate::domain::text::shown;
use crate::domain::time::Clock as _;
use crate::service::{DeletionRefusal, Refusal};
use crate::store::LastManager;

use super::config_file::ConfigFile;
use super::failure::Failure;
use super::listing::{Format, Listing};
use super::offline_services::OfflineServices;
use super::prompt::{self, SHOWN_ONCE};
use super::runtime::block_on;
use super::shell_user::at_shell;
use super::tenant_add::AddTenant;
use super::tenant_argument::TenantArgument;
use super::tenant_blocks::Blocks;
use super::tenant_delete::{self, Delete};
use super::tenant_erase::Erase;
use super::tenant_keys::{AddKey, ChangeKey};
use super::tenant_routes::RouteCommand;
use super::{mail_account, sandbox, tenant_export, tenant_keys};

/// Add and look after tenants: the apps that send codes. Works beside a running server.
#[derive(Subcommand)]
pub(super) enum TenantCommand {
    /// Register a tenant with its mail account, and print its secret key unless you choose one.
    Add(Box<AddTenant>),
    /// List all tenants.
    List(ListTenants),
    /// Show a tenant, its routes and the last characters of its live keys.
    Show(TenantArgument),
    /// Switch a tenant off: within a second its keys and its codes work no more.
    Disable(TenantArgument),
    /// Switch a tenant on again.
    Enable(TenantArgument),
    /// Delete a disabled tenant, with its sandbox and everything that belongs to it, after a while.
    Delete(Delete),
    /// Take the deletion of a tenant back, while it has not begun. The tenant stays disabled.
    Restore(TenantArgument),
    /// Give a tenant one more secret key, and print it.
    AddKey(AddKey),
    /// Change when a secret key ends, or from where it may be used.
    ChangeKey(ChangeKey),
    /// Give a tenant a new secret key; the present one goes on working for a while.
    RotateKey(Rotate),
    /// Revoke one secret key: within a second it works no more. The others go on.
    RevokeKey(RevokeKey),
    /// Make a test key: it opens the tenant's sandbox, of which nothing is ever sent.
    SandboxKey(TenantArgument),
    /// Forget the wrong codes of a recipient, so that a locked-out person can try again.
    Unlock(Unlock),
    /// Print everything that a tenant owns, without secrets: a line of JSON for each thing.
    Export(TenantArgument),
    /// Erase what is stored of a person, by the address that codes were sent to.
    Erase(Erase),
    /// Add, list, check and remove a tenant's routes: its ways to send, by mail server and by phone.
    #[command(subcommand)]
    Route(RouteCommand),
    /// List what the rules against toll fraud refuse at present, or clear one of these blocks.
    Blocks(Blocks),
}

#[derive(Args)]
pub(super) struct ListTenants {
    #[command(flatten)]
    format: Format,
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
#[command(after_help = "For example, after a key has leaked:\n\n    \
    otpmint tenant show tnt_4hq7k2m9x3c8v5bn\n    \
    otpmint tenant revoke-key tnt_4hq7k2m9x3c8v5bn key_9x3c8v5bn4hq7k2m\n\n\
    Without another key with `manage` the tenant is given one with the operator's API or at the console.")]
pub(super) struct RevokeKey {
    #[command(flatten)]
    one: TenantArgument,
    /// The key's handle, such as key_4hq7k2m9x3c8v5bn: see `otpmint tenant show`.
    key: String,
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
                Self::List(list) => list.run().await,
                Self::Show(one) => show(one).await,
                Self::Disable(one) => set_status(one, TenantStatus::Disabled).await,
                Self::Enable(one) => set_status(one, TenantStatus::Active).await,
                Self::Delete(delete) => delete.run().await,
                Self::Restore(one) => tenant_delete::restore(one).await,
                Self::AddKey(add) => add.run().await,
                Self::ChangeKey(change) => change.run().await,
                Self::RotateKey(rotate) => rotate.run().await,
                Self::RevokeKey(revoke) => revoke.run().await,
                Self::SandboxKey(one) => sandbox_key(one).await,
                Self::Unlock(unlock) => unlock.run().await,
                Self::Export(one) => tenant_export::run(one).await,
                Self::Erase(erase) => erase.run().await,
                Self::Route(command) => command.run().await,
                Self::Blocks(blocks) => blocks.run().await,
            }
        })
    }
}

impl ListTenants {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let tenants = offline.foundation.store.tenants().await.map_err(Refusal::from)?;
        let deletions = offline.foundation.store.deletions().await.map_err(Refusal::from)?;
        let mut list = Listing::of(["tenant", "status", "created_at", "name", "sandbox_of", "deleted_from"]);
        for tenant in &tenants {
            let live = tenants.iter().find(|other| Some(other.id) == tenant.sandbox_of);
            let deletion = deletions.iter().find(|deletion| deletion.tenant == tenant.id);
            list.row([
                json!(tenant.handle),
                json!(tenant.status.as_str()),
                json!(tenant.created_at),
                if tenant.name.is_empty() { Value::Null } else { json!(tenant.name) },
                json!(live.map(|live| &live.handle)),
                json!(deletion.map(|deletion| deletion.due_at)),
            ]);
        }
        list.print(&self.format, "There is no tenant yet: `otpmint tenant add` registers one.");
        Ok(())
    }
}

async fn show(one: TenantArgument) -> Result<(), Failure> {
    let (offline, tenant) = one.open().await?;
    let now = offline.ambient.clock.now();
    let found = offline.foundation.store.tenant_by_handle(tenant.handle.clone(), now).await;
    let keys = found.map_err(crate::service::Refusal::from)?.map(|(_, keys)| keys).unwrap_or_default();
    let routes = offline.services.routes.of_row(&tenant)?;
    println!("tenant   {}", tenant.handle);
    println!("account  {}", offline.services.sids.account(tenant.id));
    println!("name     {}", shown(&tenant.name));
    println!("status   {}", tenant.status.as_str());
    println!("created  {}", tenant.created_at);
    let deletion =
        offline.foundation.store.deletion(tenant.id).await.map_err(crate::service::Refusal::from)?;
    if let Some(deletion) = deletion {
        println!("deletion {}", deletion.due_at);
    }
    for (name, rate) in tenant.limits.entries() {
        println!("limit    {name} {rate}");
    }
    let stopped = offline.services.routes.stopped(tenant.id, &routes).await?;
    routes.iter().for_each(|route| mail_account::show(route, &stopped));
    keys.iter().for_each(tenant_keys::show);
    Ok(())
}

async fn sandbox_key(one: TenantArgument) -> Result<(), Failure> {
    let (offline, tenant) = one.open().await?;
    sandbox::add_test_key(&offline.services, tenant.id).await?;
    println!("{SHOWN_ONCE}");
    Ok(())
}

async fn set_status(one: TenantArgument, status: TenantStatus) -> Result<(), Failure> {
    let (offline, tenant) = one.open().await?;
    let now = offline.ambient.clock.now();
    let set = offline.foundation.store.set_tenant_status(tenant.id, status, at_shell(), now).await;
    match set.map_err(crate::service::Refusal::from)? {
        true => println!("{} is {}", tenant.handle, status.as_str()),
        false => return Err(Refusal::Deletion(DeletionRefusal::ToBeDeleted).into()),
    }
    Ok(())
}

impl Rotate {
    async fn run(self) -> Result<(), Failure> {
        let (offline, tenant) = self.one.open().await?;
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
        let (keys, by) = (&offline.services.secret_keys, at_shell());
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

impl RevokeKey {
    async fn run(self) -> Result<(), Failure> {
        let (offline, tenant) = self.one.open().await?;
        let key = KeyHandle::parse(&self.key).ok_or(Refusal::UnknownKey)?;
        let by = (at_shell(), LastManager::Goes);
        let revoked = offline.services.secret_keys.revoke_of((tenant.id, &tenant.handle), key, by).await?;
        println!("{} ({}, …{}) has ended.", revoked.handle, shown(&revoked.name), revoked.hint);
        Ok(())
    }
}

impl Unlock {
    async fn run(self) -> Result<(), Failure> {
        let recipient = Address::parse(&self.recipient)
            .map_err(|reason| Failure::usage(format!("{}: {reason}", self.recipient)))?;
        let (offline, tenant) = self.one.open().await?;
        match offline.services.tenants.unlock(tenant.id, &recipient, at_shell()).await? {
            true => println!("{recipient:?} may answer again."),
            false => println!("{recipient:?} was not locked out."),
        }
        Ok(())
    }
}
