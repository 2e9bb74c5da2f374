//! `otpmint keys`: replaces keys.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::domain::sub_key::{KeyPurpose, OVERLAP};
use crate::service::{FormerReceipts, KeyState, KeysRotated, RotationUrgency};

use super::config_file::{ConfigFile, load};
use super::failure::Failure;
use super::listing::{Format, Listing};
use super::log::start_log;
use super::offline_services::OfflineServices;
use super::runtime::block_on;
use super::shell_user::at_shell;

/// Rotate the keys that everything is sealed, hashed and signed with. Works beside a running server.
#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// List all versions, with the rows that lie under each.
    List(ListKeys),
    /// Make a new version of each key. It is used a minute later, that of receipts ten minutes
    /// later, when everybody knows it; what lies under the present one goes on working.
    Rotate(Rotate),
    /// Remove former versions that nothing can need any more.
    Prune(Prune),
    /// Put a new master key in the place of the present one, where that is a key file. The server
    /// has to be stopped.
    RotateMaster(ConfigFile),
}

#[derive(Args)]
pub(super) struct ListKeys {
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Args)]
pub(super) struct Rotate {
    /// Which keys; all of them without.
    #[arg(value_name = "PURPOSE", value_enum, conflicts_with = "all")]
    purposes: Vec<PurposeArgument>,
    /// All keys, as without a purpose.
    #[arg(long)]
    all: bool,
    /// Use the new keys ten seconds from now: for a key that has leaked. A receipt may then be
    /// signed with a key that somebody's copy of the published keys does not have yet.
    #[arg(long)]
    at_once: bool,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Args)]
pub(super) struct Prune {
    /// Also remove former keys of receipts that may still be needed: for one that has leaked.
    /// Receipts that were signed with it are refused from then on.
    #[arg(long)]
    withdraw_receipts: bool,
    #[command(flatten)]
    config: ConfigFile,
}

/// A purpose, as it is typed.
#[derive(Clone, Copy)]
struct PurposeArgument(KeyPurpose);

impl ValueEnum for PurposeArgument {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [PurposeArgument; KeyPurpose::ALL.len()] = {
            let mut all = [PurposeArgument(KeyPurpose::Seal); KeyPurpose::ALL.len()];
            let mut at = 0;
            while at < all.len() {
                all[at] = PurposeArgument(KeyPurpose::ALL[at]);
                at += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.as_str()))
    }
}

impl KeysCommand {
    pub(super) fn run(self) -> Result<(), Failure> {
        block_on(async {
            match self {
                Self::List(list) => list.run().await,
                Self::Rotate(rotate) => rotate.run().await,
                Self::Prune(prune) => prune.run().await,
                Self::RotateMaster(config) => rotate_master(&config).await,
            }
        })
    }
}

impl ListKeys {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let mut list = Listing::of(["purpose", "version", "state", "since", "made_at", "rows"]);
        for key in offline.services.keys.versions().await? {
            let (state, since) = match key.state {
                KeyState::Next => ("next", Some(key.active_from)),
                KeyState::InUse => ("in use", Some(key.active_from).filter(|from| from.as_millis() > 0)),
                KeyState::Former(since) => ("former", Some(since)),
            };
            list.row([
                json!(key.purpose.as_str()),
                json!(key.version),
                json!(state),
                json!(since),
                json!(key.made_at),
                json!(key.rows),
            ]);
        }
        list.print(&self.format, "There are no keys yet.");
        Ok(())
    }
}

fn count(rows: u64) -> String {
    match rows {
        1 => "1 row".to_owned(),
        rows => format!("{rows} rows"),
    }
}

impl Rotate {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let mut purposes: Vec<_> = self.purposes.iter().map(|purpose| purpose.0).collect();
        if purposes.is_empty() {
            purposes = KeyPurpose::ALL.to_vec();
        }
        purposes.sort_unstable_by_key(|purpose| KeyPurpose::ALL.iter().position(|known| known == purpose));
        purposes.dedup();
        let urgency = if self.at_once { RotationUrgency::AtOnce } else { RotationUrgency::Usual };
        match offline.services.keys.rotate(&purposes, urgency, at_shell()).await? {
            KeysRotated::Rotated(made) => {
                for key in made {
                    let (purpose, version) = (key.purpose.as_str(), key.version);
                    println!("{purpose:13}  {version:3}  in use from {}", key.active_from);
                }
                Ok(())
            }
            KeysRotated::Waiting(key) => Err(Failure::new(format!(
                "version {} of {} waits already, and is used from {}: rotate again after that, or with --at-once",
                key.version,
                key.purpose.as_str(),
                key.active_from
            ))),
            KeysRotated::Conflict => Err(Failure::new(
                "the keys were rotated by somebody else at this moment: see `otpmint keys list`",
            )),
        }
    }
}

impl Prune {
    async fn run(self) -> Result<(), Failure> {
        let offline = OfflineServices::open(&self.config).await?;
        let receipts = if self.withdraw_receipts { FormerReceipts::Withdraw } else { FormerReceipts::Keep };
        let removed = offline.services.keys.prune(receipts, at_shell()).await?;
        for key in &removed {
            println!("removed  {} {}", key.purpose.as_str(), key.version);
        }
        for key in offline.services.keys.versions().await? {
            if let KeyState::Former(since) = key.state {
                let (purpose, version) = (key.purpose.as_str(), key.version);
                match key.rows {
                    0 => println!("kept     {purpose} {version}: not before {}", since + OVERLAP),
                    rows => println!("kept     {purpose} {version}: {} under it", count(rows)),
                }
            }
        }
        Ok(())
    }
}

async fn rotate_master(config: &ConfigFile) -> Result<(), Failure> {
    let settings = load(config.path.as_deref())?;
    start_log(&settings)?;
    let ambient = crate::app::Ambient::system();
    let replaced = crate::app::replace_master_key(&settings, &ambient, at_shell()).await?;
    println!(
        "The new master key is in {}: back it up now, apart from the database.",
        replaced.file.display()
    );
    println!("The former one is in {}. It opens backups made", replaced.former.display());
    println!("until now, and nothing else: keep it with them, or delete it.");
    Ok(())
}
