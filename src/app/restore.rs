//! Restores a backup to an empty place.

use std::fs::File;
use std::io::Seek;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Settings;
use crate::crypto::backup::BackupOpener;
use crate::crypto::master::{self, MasterKeyError, MasterKeySource};
use crate::domain::random::Entropy;
use crate::domain::reports::actor::Actor;
use crate::domain::time::Clock;
use crate::store::copy::CopyTarget;
use crate::store::copy::backup::{BringTerms, Contents, Manifest, Restored, TellProgress, bring};
use crate::store::postgres::PostgresTarget;
use crate::store::sqlite::SqliteTarget;

use super::ambient::Ambient;
use super::backup::{check_opened, length, open};
use super::foundation::{DataLock, master_key_source};
use super::start_error::StartError;
use super::store_place::StorePlace;
use super::told_reader::ToldReader;

/// A backup that was restored.
#[derive(Debug)]
pub struct RestoredStore {
    /// Where it is now.
    pub place: StorePlace,
    /// What was in it.
    pub contents: Contents,
    /// What the store knows of it.
    pub restored: Restored,
    /// The file in which the master key has to be before the server starts, if it is missing.
    pub missing_master_key: Option<PathBuf>,
}

/// Restores a backup to where the settings say, which must be empty. All of the file is read first, and refused before
/// anything is in place; `tell` is told of both times that it is read.
pub async fn restore_backup(
    settings: &Settings,
    ambient: &Ambient,
    (file, opener): (&Path, BackupOpener),
    with_master_key: bool,
    by: Actor,
    tell: TellProgress,
) -> Result<RestoredStore, StartError> {
    let place = StorePlace::of(settings)?;
    let (source, entropy) = (master_key_source(settings), ambient.entropy.clone());
    let copy = u64::from_be_bytes(entropy.bytes());
    let terms = BringTerms { copy, now: ambient.clock.now(), by };
    let opened = File::open(file).map_err(|error| StartError::file(file, error))?;
    let (file, settings) = (file.to_owned(), settings.clone());
    let run = move || {
        let all = 2 * length(&opened, &file)?;
        let told = |done| ToldReader::new(&opened, (done, all), Arc::clone(&tell));
        let Contents { manifest, .. } = check_opened(told(0), &file, &opener)?;
        let mut missing_master_key = find_master_key(&source, &manifest, with_master_key, entropy.as_ref())?;
        refuse_leftovers(&place)?;
        let _lock = DataLock::acquire(&settings)?;
        let mut target = target(&place, copy)?;
        if let (true, Some(path), Some(key)) = (with_master_key, &missing_master_key, &manifest.master_key) {
            master::put_back(path, key, &manifest.key_check, entropy.as_ref())?;
            missing_master_key = None;
        }
        (&opened).rewind().map_err(|error| StartError::file(&file, error))?;
        let mut content = open(told(all / 2), &file, &opener)?;
        let brought = bring(&mut content, target.as_mut(), terms);
        let (contents, restored) = brought.map_err(|problem| place.unusable(problem))?;
        Ok(RestoredStore { place, contents, restored, missing_master_key })
    };
    tokio::task::spawn_blocking(run).await.map_err(|error| StartError::System(error.to_string()))?
}

/// Checks the master key of this place against the backup, before anything is changed. Returns the file in which it is
/// missing.
fn find_master_key(
    source: &MasterKeySource,
    manifest: &Manifest,
    from_backup: bool,
    entropy: &dyn Entropy,
) -> Result<Option<PathBuf>, StartError> {
    if from_backup && manifest.master_key.is_none() {
        let problem =
            "the backup has no master key: leave out --with-master-key, and put the key in its place";
        return Err(StartError::Config(problem.to_owned()));
    }
    match (master::load(source, Some(&manifest.key_check), entropy), source) {
        (Ok(_), _) => Ok(None),
        (Err(MasterKeyError::Missing(path)), MasterKeySource::File(_)) => Ok(Some(path)),
        (Err(error), _) => Err(error.into()),
    }
}

/// What is left of another database would be taken for a part of this one.
fn refuse_leftovers(place: &StorePlace) -> Result<(), StartError> {
    let StorePlace::Sqlite(path) = place else { return Ok(()) };
    for suffix in ["-wal", "-journal"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(suffix);
        let beside = PathBuf::from(beside);
        if !path.exists() && beside.exists() {
            return Err(StartError::file(
                &beside,
                "it belongs to a former database: move it away with that one",
            ));
        }
    }
    Ok(())
}

fn target(place: &StorePlace, copy: u64) -> Result<Box<dyn CopyTarget>, StartError> {
    Ok(match place {
        StorePlace::Sqlite(path) => {
            Box::new(SqliteTarget::open(path, copy).map_err(|error| place.unusable(error))?)
        }
        StorePlace::Postgres(at) => {
            Box::new(PostgresTarget::open(at, copy).map_err(|error| place.unusable(error))?)
        }
    })
}
