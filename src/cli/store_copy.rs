//! `otpmint store copy` and `otpmint store take-back`: from one database to another.

use std::path::PathBuf;

use clap::Args;

use crate::app::{Ambient, Destination, StorePlace, copy_store, take_back};
use crate::store::copy::{CopyReport, Progress};

use super::config_file::{ConfigFile, load};
use super::failure::Failure;
use super::log::start_log;
use super::prompt;

/// Copy everything to another database, and go on there: from SQLite to PostgreSQL, or back.
#[derive(Args)]
#[command(after_long_help = HOW)]
pub(super) struct Copy {
    /// Where to: `postgres://USER@HOST/DATABASE`, `sqlite:PATH`, or `sqlite` for the file in data_dir. It must
    /// be empty, or not be there yet.
    #[arg(long, value_name = "PLACE")]
    to: String,
    /// The file with the password of the user in `--to`; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    to_password_file: Option<PathBuf>,
    /// The file with the CA certificates of the servers in `--to`, as `store.ca_file`.
    #[arg(long, value_name = "FILE")]
    to_ca_file: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigFile,
}

const HOW: &str = "From SQLite to PostgreSQL, with the server stopped:\n\n    \
    otpmint store copy --config otpmint.toml --to postgres://otpmint@db1.internal/otpmint \\\n        \
    --to-password-file /etc/otpmint/database-password\n\n\
    What is copied is what the settings name (store.url, or data_dir). Every value of every table is compared \
    by digests; only if all are equal is the former database closed, so that nothing starts on it by accident. \
    Then set store.url to the new one (empty for SQLite), and start the server. The master key stays where it \
    is. Codes, keys and webhooks that are under way go on.\n\n\
    Until that moment nothing of the former database changes: a copy that fails or is cut off is just repeated.";

/// Use the database of the settings again although it was copied elsewhere, and give up what has happened
/// there since. Stop everything that uses the copy first: a code that was used there can be used here again.
/// To lose nothing, copy it back with `otpmint store copy` instead.
#[derive(Args)]
pub(super) struct TakeBack {
    /// Do it.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    config: ConfigFile,
}

impl Copy {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let settings = load(self.config.path.as_deref())?;
        start_log(&settings)?;
        let password = match &self.to_password_file {
            Some(file) => prompt::secret(Some(file), "")?,
            None => String::new().into(),
        };
        let (to, ca_file) = (self.to, self.to_ca_file.unwrap_or_default());
        let destination = Destination { to, password, ca_file };
        let copied = copy_store(&settings, &destination, &Ambient::system(), Box::new(tell)).await?;
        match copied.report {
            Some(report) => print(&report),
            None => println!("Everything was copied already; the last step was made now."),
        }
        println!("\nEverything is in {} now, and the former database is closed.", copied.place);
        match copied.place {
            StorePlace::Sqlite(path) => {
                println!(
                    "Remove store.url and store.password, and see that data_dir has this file: {}",
                    path.display()
                );
            }
            StorePlace::Postgres(_) => {
                println!("Set store.url and store.password to it, then start the server.")
            }
        }
        Ok(())
    }
}

fn tell(progress: Progress) {
    match progress {
        Progress::Copied(table, rows) => println!("copied    {table:20} {rows:>12}"),
        Progress::Compared(table) => println!("compared  {table}"),
    }
}

fn print(report: &CopyReport) {
    println!("\n{:20} {:>12}  {:16}  {:16}", "table", "rows", "digest", "in the copy");
    for table in &report.tables {
        println!("{:20} {:>12}  {}  {}", table.name, table.target.rows, table.source, table.target);
    }
}

impl TakeBack {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let settings = load(self.config.path.as_deref())?;
        start_log(&settings)?;
        if !self.yes {
            return Err(Failure::usage(
                "what has happened in the copy is given up, and codes that were used there can be used here \
                 again: stop everything that uses the copy, then add --yes",
            ));
        }
        let place = StorePlace::of(&settings)?;
        match take_back(&settings, place.clone()).await? {
            Some(moved) => println!("{place} is used again. Its copy is in {}: remove it.", moved.place),
            None => println!("{place} was not copied elsewhere: nothing was changed."),
        }
        Ok(())
    }
}
