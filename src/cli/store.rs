//! `otpmint store`: the database itself.

use clap::{Args, Subcommand};

use crate::app::{Ambient, Foundation, StorePlace};
use crate::service::Refusal;
use crate::store::{MigrationPhase, MigrationProgress, PlannedMigration};

use super::config_file::{ConfigFile, load};
use super::failure::Failure;
use super::log::start_log;
use super::runtime::block_on;
use super::store_copy::{Copy, TakeBack};

/// Look after the database itself.
#[derive(Subcommand)]
pub(super) enum StoreCommand {
    /// Bring the schema to this version, as the start of a server does.
    Migrate(Migrate),
    Copy(Copy),
    TakeBack(TakeBack),
}

#[derive(Args)]
pub(super) struct Migrate {
    /// Only print which migrations would run, when, and what they wait for.
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    config: ConfigFile,
}

impl StoreCommand {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Migrate(migrate) => block_on(migrate.run()),
            Self::Copy(copy) => block_on(copy.run()),
            Self::TakeBack(back) => block_on(back.run()),
        }
    }
}

impl Migrate {
    async fn run(self) -> Result<(), Failure> {
        let settings = load(self.config.path.as_deref())?;
        start_log(&settings)?;
        let place = StorePlace::of(&settings)?;
        let planned = place.plan().await?;
        if planned.is_empty() {
            println!("{place} has the schema of this version.");
            return Ok(());
        }
        planned.iter().for_each(tell);
        if self.plan {
            println!("{} to run on {place}; nothing was changed.", planned.len());
            return Ok(());
        }
        let foundation = Foundation::open_at(place, &settings, &Ambient::system()).await?;
        let place = &foundation.place;
        loop {
            match foundation.store.migrate_on().await.map_err(Refusal::from)? {
                MigrationProgress::Filled(name, rows) => println!("{name}: {rows} rows"),
                MigrationProgress::Done(name) => println!("{name}: done"),
                MigrationProgress::Waiting(waiting) => {
                    tell(&waiting);
                    println!("The servers of {place} do the rest.");
                    return Ok(());
                }
                MigrationProgress::Nothing => break,
            }
        }
        println!("{place} has the schema of this version now.");
        Ok(())
    }
}

fn tell(planned: &PlannedMigration) {
    let PlannedMigration { name, phase, waits_for } = planned;
    let when = match phase {
        MigrationPhase::Expand => "when a server of this version starts; older ones go on",
        MigrationPhase::Fill => "beside the servers, some rows at a time",
        MigrationPhase::Contract => "when no older server is left",
    };
    println!("{name:32} {:9} {when}", phase.as_str());
    for one in waits_for {
        println!("    waits for {one}");
    }
}
