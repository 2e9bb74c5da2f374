//! `otpmint backup`: take one, look at one, and make the identity that opens them.

use std::path::{Path, PathBuf};

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use crate::app::{self, Ambient, BackupOrder, check_backup, take_backup};
use crate::config::Settings;
use crate::crypto::backup::{BackupOpener, BackupRecipient, SealedFor, new_identity};
use crate::crypto::private_file;
use crate::domain::time::Clock as _;
use crate::store::copy::backup::Contents;

use super::config_file::{ConfigFile, load};
use super::failure::Failure;
use super::log::start_log;
use super::progress::progress;
use super::prompt;
use super::runtime::block_on;

/// The shortest passphrase: the file is all that somebody needs to try others.
const SHORTEST: usize = 12;

/// Take a backup beside a running server, sealed with age; or look whether one is whole.
#[derive(Args)]
#[command(after_long_help = HOW)]
pub(super) struct Backup {
    /// The file to write, which must not exist, or a folder, in which it is named by the time. Without it the folder
    /// is backup.folder.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// For whom it is sealed: `age1…`, as often as there are. Without any: backup.recipients, or else a passphrase.
    #[arg(long, value_name = "RECIPIENT", conflicts_with = "passphrase_file")]
    recipient: Vec<String>,
    /// The file with the passphrase, instead of a prompt; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Put the master key in as well: then the file and what opens it are everything.
    #[arg(long)]
    with_master_key: bool,
    /// Take none, but read this one to its end, and say what is in it. Nothing is written.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["to", "recipient", "with_master_key"])]
    check: Option<PathBuf>,
    /// The file with the identity that opens the backup to check.
    #[arg(long, value_name = "FILE", requires = "check", conflicts_with = "passphrase_file")]
    identity: Option<PathBuf>,
    /// Take none, but make an identity in this file, and print its recipient.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["to", "recipient", "with_master_key", "check"])]
    new_identity: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigFile,
}

const HOW: &str = "Once, on a machine that is not the server:\n\n    \
    otpmint backup --new-identity backup-identity.txt\n\n\
    Then, on the server, by hand or from a timer (or let the server do it: [backup] in the configuration):\n\n    \
    otpmint backup --config otpmint.toml --recipient age1… --to /var/backups/otpmint/\n\n\
    See whether it is whole, and bring it back to an empty place:\n\n    \
    otpmint backup --check otpmint-20260131T120000Z.age --identity backup-identity.txt\n    \
    otpmint restore otpmint-20260131T120000Z.age --identity backup-identity.txt --config otpmint.toml\n\n\
    It has the database as it was at one moment, whatever the engine. Keep by themselves: the master key \
    (unless --with-master-key), the configuration, and the identity or passphrase. The operator token is not in \
    it, nor are sessions of the console.";

impl Backup {
    pub(super) fn run(self) -> Result<(), Failure> {
        if let Some(file) = &self.new_identity {
            return make_identity(file);
        }
        if let Some(file) = &self.check {
            let opener = opener(self.identity.as_deref(), self.passphrase_file.as_deref())?;
            let contents = check_backup(file, &opener, &progress("Checking"))?;
            print(&contents);
            println!("\n{} is whole. Nothing was written.", file.display());
            return Ok(());
        }
        block_on(self.take())
    }

    async fn take(self) -> Result<(), Failure> {
        let settings = load(self.config.path.as_deref())?;
        start_log(&settings)?;
        let ambient = Ambient::system();
        let file = self.file(&settings, &ambient)?;
        let order = BackupOrder {
            file,
            sealed_for: self.sealed_for(&settings)?,
            with_master_key: self.with_master_key,
            tell: Some(progress("Backing up")),
        };
        let taken = take_backup(&settings, &ambient, order).await?;
        print(&taken.contents);
        println!("\n{} ({} bytes)", taken.file.display(), taken.bytes);
        if taken.contents.manifest.master_key.is_none() {
            println!("Keep the master key too: this file is of no use without it.");
        }
        Ok(())
    }

    fn file(&self, settings: &Settings, ambient: &Ambient) -> Result<PathBuf, Failure> {
        let folder = &settings.backup.folder;
        let to = self.to.as_ref().or((!folder.as_os_str().is_empty()).then_some(folder));
        let to = to.ok_or_else(|| Failure::usage("name a file with --to, or set backup.folder"))?;
        Ok(if to.is_dir() { to.join(app::backup_name(ambient.clock.now())) } else { to.clone() })
    }

    fn sealed_for(&self, settings: &Settings) -> Result<SealedFor, Failure> {
        let named: Result<Vec<_>, _> =
            self.recipient.iter().map(|text| BackupRecipient::parse(text)).collect();
        let named = named.map_err(|error| Failure::usage(format!("--recipient: {error}")))?;
        if !named.is_empty() {
            return Ok(SealedFor::Recipients(named));
        }
        let set = app::backup_recipients(settings)?;
        if self.passphrase_file.is_none() && !set.is_empty() {
            return Ok(SealedFor::Recipients(set));
        }
        let passphrase = prompt::secret(self.passphrase_file.as_deref(), "Passphrase of the backup: ")?;
        if passphrase.expose_secret().chars().count() < SHORTEST {
            return Err(Failure::usage(format!("the passphrase must have {SHORTEST} characters or more")));
        }
        if self.passphrase_file.is_none() {
            let again = prompt::secret(None, "Again: ")?;
            if again.expose_secret() != passphrase.expose_secret() {
                return Err(Failure::usage("these were two different passphrases"));
            }
        }
        Ok(SealedFor::Passphrase(passphrase))
    }
}

/// With what a backup is opened: the identity in a file, or a passphrase.
pub(super) fn opener(identity: Option<&Path>, passphrase: Option<&Path>) -> Result<BackupOpener, Failure> {
    match identity {
        Some(file) => {
            let text: SecretString = prompt::whole_file(file)?;
            let opener = BackupOpener::identities(&text);
            opener.map_err(|error| Failure::usage(format!("{}: {error}", file.display())))
        }
        None => Ok(BackupOpener::Passphrase(prompt::secret(passphrase, "Passphrase of the backup: ")?)),
    }
}

/// Prints what is in a backup.
pub(super) fn print(contents: &Contents) {
    let manifest = &contents.manifest;
    println!("{:20} {:>12}  digest", "table", "rows");
    for (table, tally) in manifest.tables.iter().zip(&contents.tables) {
        println!("{:20} {:>12}  {tally}", table.name, tally.rows);
    }
    let key = if manifest.master_key.is_some() { "in it" } else { "not in it" };
    println!("\ntaken       {}\nversion     {}", manifest.taken_at, manifest.version);
    println!("restored    {} times before\nmaster key  {key}", manifest.epoch);
}

fn make_identity(file: &Path) -> Result<(), Failure> {
    let (text, recipient) = new_identity();
    let made =
        private_file::create(file, text.expose_secret().as_bytes(), Ambient::system().entropy.as_ref());
    made.map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    println!("recipient   {recipient}\n\n{} opens what is sealed for it: keep it elsewhere.", file.display());
    Ok(())
}
