//! `otpmint restore`: a backup to an empty place.

use std::path::PathBuf;

use clap::Args;

use crate::app::{Ambient, RestoredStore, restore_backup};

use super::backup::{opener, print};
use super::config_file::{ConfigFile, load};
use super::failure::Failure;
use super::log::start_log;
use super::progress::progress;
use super::runtime::block_on;
use super::shell_user::at_shell;

/// Restore a backup to where the settings say (data_dir, or store.url), which must be empty.
#[derive(Args)]
#[command(after_long_help = HOW)]
pub(super) struct Restore {
    /// The backup.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file with the identity that opens it.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_file")]
    identity: Option<PathBuf>,
    /// The file with the passphrase, instead of a prompt; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Put the master key of the backup into its file, unless it is there.
    #[arg(long)]
    with_master_key: bool,
    #[command(flatten)]
    config: ConfigFile,
}

const HOW: &str = "Stop every server of the former database first: what happens there from now on is not here.\n\n    \
    otpmint restore otpmint-20260131T120000Z.age --identity backup-identity.txt --config otpmint.toml\n    \
    otpmint serve --config otpmint.toml\n\n\
    All of the file is read before anything is written: one that is cut off or was changed is refused, and so is a \
    place where something is stored already. A backup of SQLite can be restored to PostgreSQL, and the other way round.\n\n\
    Codes that were pending are void and messages that waited are not sent. An app's code is accepted from the next \
    minute on. What was changed after the backup is undone: revoke again the keys, disable again the tenants, and \
    remove again the factors that went since then.";

impl Restore {
    pub(super) fn run(self) -> Result<(), Failure> {
        block_on(self.restore())
    }

    async fn restore(self) -> Result<(), Failure> {
        let settings = load(self.config.path.as_deref())?;
        start_log(&settings)?;
        let opener = opener(self.identity.as_deref(), self.passphrase_file.as_deref())?;
        let from = (self.file.as_path(), opener);
        let done = restore_backup(
            &settings,
            &Ambient::system(),
            from,
            self.with_master_key,
            at_shell(),
            progress("Restoring"),
        )
        .await?;
        let RestoredStore { place, contents, restored, missing_master_key } = done;
        print(&contents);
        println!(
            "\nEverything of {} is in {place} now. It was restored {} times.",
            restored.taken_at, restored.epoch
        );
        println!(
            "Codes that were pending are void. Keys, tenants and factors are as they were then: revoke, disable and \
             remove again what went since."
        );
        if let Some(path) = missing_master_key {
            println!("Before you start the server, put its master key into {}.", path.display());
        }
        Ok(())
    }
}
