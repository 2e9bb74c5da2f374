//! `otpmint tenant add-key` and `change-key`: secret keys with an end, and with networks from which they may be used.

use std::time::Duration;

use clap::Args;

use crate::domain::tenants::allowed_networks::AllowedNetworks;
use crate::domain::tenants::credential::{KeyChange, KeyEnd, KeyHandle, KeyInfo, KeyTerms, Scope};
use crate::domain::tenants::tenant::parse_name;
use crate::domain::text::shown;
use crate::domain::time::{Clock as _, Timestamp};
use crate::service::{KeyDraft, Refusal};

use super::failure::Failure;
use super::prompt::SHOWN_ONCE;
use super::tenant_argument::TenantArgument;

#[derive(Args)]
pub(super) struct AddKey {
    #[command(flatten)]
    one: TenantArgument,
    /// The key's name; no other live key may have the same.
    #[arg(long)]
    name: String,
    /// What it may be used for: mint, verify, manage, reveal, relay, support.
    #[arg(long, value_name = "SCOPE", value_delimiter = ',', default_value = "mint,verify", value_parser = scope)]
    scopes: Vec<Scope>,
    /// How many days it works. Without this it works until it is revoked.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    expires_in_days: Option<u32>,
    /// An IP address or a network from which it may be used; more of them separated by commas. Without this, everywhere.
    #[arg(long, value_name = "NETWORK", value_delimiter = ',')]
    allow_from: Vec<String>,
}

#[derive(Args)]
#[command(after_help = "For example, after a backend has moved:\n\n    \
    otpmint tenant change-key tnt_4hq7k2m9x3c8v5bn key_9x3c8v5bn4hq7k2m --allow-from 203.0.113.0/24")]
pub(super) struct ChangeKey {
    #[command(flatten)]
    one: TenantArgument,
    /// The key's handle, such as key_4hq7k2m9x3c8v5bn: see `otpmint tenant show`.
    key: String,
    /// How many days it works from now on.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650), conflicts_with = "no_expiry")]
    expires_in_days: Option<u32>,
    /// Let it work until it is revoked.
    #[arg(long)]
    no_expiry: bool,
    /// An IP address or a network from which alone it may be used; more of them separated by commas.
    #[arg(long, value_name = "NETWORK", value_delimiter = ',', conflicts_with = "allow_everywhere")]
    allow_from: Vec<String>,
    /// Let it be used from everywhere.
    #[arg(long)]
    allow_everywhere: bool,
}

impl AddKey {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (offline, tenant) = self.one.manage().await?;
        let name = parse_name(&self.name).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Failure::usage("--name: 1 to 100 bytes on one line"))?;
        let terms = KeyTerms {
            expires_at: self.expires_in_days.map(|days| after(offline.ambient.clock.now(), days)),
            networks: networks(&self.allow_from)?.unwrap_or_default(),
        };
        let draft = KeyDraft { name, scopes: self.scopes.into_iter().collect(), terms };
        let new = offline.services.secret_keys.add(&tenant, draft, None).await?;
        println!("key         {}", new.key.handle);
        println!("secret key  {}\n{SHOWN_ONCE}", new.secret.expose());
        Ok(())
    }
}

impl ChangeKey {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (offline, tenant) = self.one.manage().await?;
        let key = KeyHandle::parse(&self.key).ok_or(Refusal::UnknownKey)?;
        let end = self.expires_in_days.map(|days| KeyEnd::At(after(offline.ambient.clock.now(), days)));
        let everywhere = self.allow_everywhere.then(AllowedNetworks::everywhere);
        let change = KeyChange {
            end: end.or(self.no_expiry.then_some(KeyEnd::Never)),
            networks: networks(&self.allow_from)?.or(everywhere),
        };
        let changed = offline.services.secret_keys.change(&tenant, key, change, None).await?;
        show(&changed);
        Ok(())
    }
}

/// Prints the public facts about a key.
pub(super) fn show(key: &KeyInfo) {
    let until = match (key.terms.expires_at, key.replaced_at) {
        (Some(until), Some(_)) => format!("replaced, until {until}"),
        (Some(until), None) => format!("until {until}"),
        (None, _) => "current".to_owned(),
    };
    let (handle, hint, name) = (&key.handle, &key.hint, shown(&key.name));
    println!("key      {handle}  …{hint}  {name}  made {}  {until}", key.created_at);
    println!("         may {}  {}", key.scopes.to_words(), crate::service::key_sid(&key.handle));
    let used = key.last_used_at.map_or_else(|| "never used".to_owned(), |used| format!("last used {used}"));
    let networks = key.terms.networks.to_words().unwrap_or_else(|| "everywhere".to_owned());
    println!("         from {networks}  {used}");
}

fn scope(word: &str) -> Result<Scope, String> {
    Scope::parse(word).ok_or_else(|| Scope::WORDS.to_owned())
}

fn networks(entries: &[String]) -> Result<Option<AllowedNetworks>, Failure> {
    if entries.is_empty() {
        return Ok(None);
    }
    let wrong = |error: crate::domain::tenants::allowed_networks::InvalidNetworks| {
        let entry = error.entry().and_then(|at| entries.get(at)).map(|entry| format!("{entry}: "));
        Failure::usage(format!("--allow-from: {}{error}", entry.unwrap_or_default()))
    };
    AllowedNetworks::parse(entries).map(Some).map_err(wrong)
}

fn after(now: Timestamp, days: u32) -> Timestamp {
    now + Duration::from_secs(u64::from(days) * 86_400)
}
