//! Copies everything that is stored to another place, or takes a place that was copied back into use.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::config::{Settings, StoreNames, StoreSettings};
use crate::domain::node::ClockComparison;
use crate::domain::time::Clock;
use crate::store::copy::{
    self, CopyReport, CopySource, CopyTarget, CopyTerms, Marked, MovedTo, Progress, Side,
};
use crate::store::postgres::{self, PostgresSource, PostgresTarget};
use crate::store::sqlite::{self, SqliteSource, SqliteTarget};

use super::ambient::Ambient;
use super::data_folder;
use super::foundation::DataLock;
use super::start_error::StartError;
use super::store_place::StorePlace;

/// How a file is named, as a place to copy to.
const FILE: &str = "sqlite:";

/// What errors call the parts of an address to copy to.
const ARGUMENTS: StoreNames =
    StoreNames { url: "--to", password: "--to-password-file", ca_file: "--to-ca-file" };

/// Where a copy goes. It has no `Debug`, because there may be a password in the address, even if that is
/// refused later.
#[derive(Clone)]
pub struct Destination {
    /// `sqlite`, `sqlite:PATH`, or the address of a PostgreSQL database.
    pub to: String,
    /// The password of its user; empty for none.
    pub password: SecretString,
    /// The authorities that its certificate may come from; empty for those of the system.
    pub ca_file: PathBuf,
}

/// A copy that was made.
#[derive(Debug)]
pub struct StoreCopy {
    /// The new place.
    pub place: StorePlace,
    /// What was copied; `None` if everything was there already, and only the last step was missing.
    pub report: Option<CopyReport>,
}

/// Tells how far a copy has come.
pub type Tell = Box<dyn FnMut(Progress) + Send>;

/// Copies everything from where the settings say to the destination, with all servers stopped.
pub async fn copy_store(
    settings: &Settings,
    destination: &Destination,
    ambient: &Ambient,
    tell: Tell,
) -> Result<StoreCopy, StartError> {
    let (from, to) = (StorePlace::of(settings)?, place(settings, destination)?);
    let _lock = DataLock::acquire(settings)?;
    if let StorePlace::Sqlite(path) = &to
        && let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
    {
        data_folder::prepare(folder, data_folder::DATABASE)
            .map_err(|error| StartError::file(folder, error))?;
    }
    let drawn = u64::from_be_bytes(ambient.entropy.bytes());
    let terms = CopyTerms { copy: drawn, now: ambient.clock.now(), to: to.to_string() };
    let (clock, comparison) = (ambient.clock.clone() as Arc<dyn Clock>, ambient.nodes.comparison());
    let place = to.clone();
    let run = move || {
        let mut source = match source(&from, clock.as_ref(), comparison)? {
            Opened::Present(source) => source,
            Opened::Left(moved) => return finish(&from, &to, moved),
        };
        let mut target = target(&to, drawn)?;
        let mut tell = tell;
        let copied = copy::run(source.as_mut(), target.as_mut(), terms, &mut tell);
        copied.map(Some).map_err(|error| match error.side {
            Side::Source => from.unusable(error.problem),
            Side::Target => to.unusable(error.problem),
        })
    };
    let report = tokio::task::spawn_blocking(run).await;
    Ok(StoreCopy { place, report: report.map_err(|error| StartError::System(error.to_string()))?? })
}

/// What is to be copied.
enum Opened {
    /// It is here.
    Present(Box<dyn CopySource>),
    /// It was copied already.
    Left(MovedTo),
}

fn source(from: &StorePlace, clock: &dyn Clock, comparison: ClockComparison) -> Result<Opened, StartError> {
    match from {
        StorePlace::Sqlite(path) => match SqliteSource::open(path, clock.wall()) {
            Ok(source) => Ok(Opened::Present(Box::new(source))),
            Err(sqlite::OpenFailed::Marked(Marked::Moved(moved))) => Ok(Opened::Left(moved)),
            Err(error) => Err(from.unusable(error)),
        },
        StorePlace::Postgres(at) => match PostgresSource::open(at, clock, comparison) {
            Ok(source) => Ok(Opened::Present(Box::new(source))),
            Err(postgres::OpenFailed::Marked(Marked::Moved(moved))) => Ok(Opened::Left(moved)),
            Err(error) => Err(from.unusable(error)),
        },
    }
}

fn target(to: &StorePlace, copy: u64) -> Result<Box<dyn CopyTarget>, StartError> {
    Ok(match to {
        StorePlace::Sqlite(path) => {
            Box::new(SqliteTarget::open(path, copy).map_err(|error| to.unusable(error))?)
        }
        StorePlace::Postgres(at) => {
            Box::new(PostgresTarget::open(at, copy).map_err(|error| to.unusable(error))?)
        }
    })
}

/// Finishes a copy that was cut off after its source had been left.
fn finish(from: &StorePlace, to: &StorePlace, moved: MovedTo) -> Result<Option<CopyReport>, StartError> {
    let finished = match to {
        StorePlace::Sqlite(path) => {
            SqliteTarget::finish(path, moved.copy).map_err(|error| to.unusable(error))?
        }
        StorePlace::Postgres(at) => {
            PostgresTarget::finish(at, moved.copy).map_err(|error| to.unusable(error))?
        }
    };
    if finished { Ok(None) } else { Err(from.unusable(moved)) }
}

/// The place that is named. Errors speak of the arguments, and repeat nothing of an address.
fn place(settings: &Settings, destination: &Destination) -> Result<StorePlace, StartError> {
    if destination.to == "sqlite" {
        return Ok(StorePlace::Sqlite(settings.data_dir.join(data_folder::DATABASE)));
    }
    if let Some(path) = destination.to.strip_prefix(FILE).filter(|path| !path.is_empty()) {
        return Ok(StorePlace::Sqlite(path.into()));
    }
    if !destination.to.starts_with("postgres") {
        let problem = "--to must be sqlite, sqlite:PATH, or begin with postgres://";
        return Err(StartError::Config(problem.to_owned()));
    }
    let store = StoreSettings {
        url: destination.to.clone().into(),
        password: destination.password.clone(),
        ca_file: destination.ca_file.clone(),
        ..settings.store.clone()
    };
    let place = StorePlace::named(&store, &settings.data_dir, &ARGUMENTS)?;
    let has_password = match &place {
        StorePlace::Sqlite(_) => false,
        StorePlace::Postgres(at) => at.config.get_password().is_some(),
    };
    if has_password && destination.password.expose_secret().is_empty() {
        let problem = "--to must not have a password, which every process can see: use --to-password-file";
        return Err(StartError::Config(problem.to_owned()));
    }
    Ok(place)
}

/// Lets the store of the settings, which is at `place`, be used again although it was copied elsewhere. Returns
/// where that was; `None` if it was not.
pub async fn take_back(settings: &Settings, place: StorePlace) -> Result<Option<MovedTo>, StartError> {
    let _lock = DataLock::acquire(settings)?;
    let run = move || match &place {
        StorePlace::Sqlite(path) => SqliteSource::take_back(path).map_err(|error| place.unusable(error)),
        StorePlace::Postgres(at) => PostgresSource::take_back(at).map_err(|error| place.unusable(error)),
    };
    tokio::task::spawn_blocking(run).await.map_err(|error| StartError::System(error.to_string()))?
}
