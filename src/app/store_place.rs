//! Where everything is stored, and with which engine.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{Encryption, LoadError, PostgresSettings, Settings, StoreNames, StoreSettings};
use crate::delivery::net::Trust;
use crate::domain::node::{Node, NodeKind, NodeLease};
use crate::domain::secret::KeyCheck;
use crate::domain::time::Clock;
use crate::service::NodeEnd;
use crate::store::postgres::{Doubt, Migrations, OpenFailed, Place, PostgresStore};
use crate::store::sqlite::SqliteStore;
use crate::store::{AskedNumber, Joining, MigrationPhase, PlannedMigration, Store};

use super::ambient::Ambient;
use super::authorities;
use super::data_folder;
use super::node::{self, Seat};
use super::start_error::StartError;

/// Where everything is stored.
#[derive(Clone, Debug)]
pub enum StorePlace {
    /// SQLite, in this file.
    Sqlite(PathBuf),
    /// PostgreSQL.
    Postgres(Box<Place>),
}

impl StorePlace {
    /// The place that the settings name.
    pub fn of(settings: &Settings) -> Result<Self, StartError> {
        Self::named(&settings.store, &settings.data_dir, &StoreNames::SETTINGS)
    }

    /// The place that `store` names. Errors call the parts of its address by these names.
    pub(super) fn named(
        store: &StoreSettings,
        data_dir: &Path,
        names: &StoreNames,
    ) -> Result<Self, StartError> {
        let invalid = |error: LoadError| StartError::Config(error.to_string());
        match store.postgres(names).map_err(invalid)? {
            None => Ok(Self::Sqlite(data_dir.join(data_folder::DATABASE))),
            Some(database) => Ok(Self::Postgres(Box::new(place(database, (names.ca_file, &store.ca_file))?))),
        }
    }

    /// The check value of the master key; `None` if there is nothing yet. Nothing is changed.
    pub async fn key_check(&self) -> Result<Option<KeyCheck>, StartError> {
        match self {
            Self::Sqlite(path) => SqliteStore::key_check(path).map_err(|error| self.unusable(error)),
            Self::Postgres(place) => {
                PostgresStore::key_check(place).await.map_err(|error| self.unusable(error))
            }
        }
    }

    /// The migrations that are still to run. Nothing is changed.
    pub async fn pending(&self) -> Result<Vec<&'static str>, StartError> {
        match self {
            Self::Sqlite(path) => SqliteStore::pending(path).map_err(|error| self.unusable(error)),
            Self::Postgres(place) => {
                PostgresStore::pending(place).await.map_err(|error| self.unusable(error))
            }
        }
    }

    /// All migrations that are still to run. Nothing is changed.
    pub async fn plan(&self) -> Result<Vec<PlannedMigration>, StartError> {
        match self {
            Self::Sqlite(path) => {
                let pending = SqliteStore::pending(path).map_err(|error| self.unusable(error))?;
                let at_start = |name: &'static str| PlannedMigration {
                    name: name.to_owned(),
                    phase: MigrationPhase::Expand,
                    waits_for: Vec::new(),
                };
                Ok(pending.into_iter().map(at_start).collect())
            }
            Self::Postgres(place) => {
                let planned = PostgresStore::plan(place, Migrations::shipped()).await;
                planned.map_err(|error| self.unusable(error))
            }
        }
    }

    /// Opens the store, makes it if there is nothing yet, and joins as a node.
    pub(super) async fn open(
        &self,
        known: &KeyCheck,
        kind: NodeKind,
        settings: &Settings,
        ambient: &Ambient,
    ) -> Result<(Arc<dyn Store>, Seat), StartError> {
        match self {
            Self::Sqlite(path) => {
                let node = match kind {
                    NodeKind::Server => Node::SERVER,
                    NodeKind::Command => Node::command(std::process::id()),
                };
                let store = SqliteStore::open(path.clone(), known, node);
                let store: Arc<dyn Store> = Arc::new(store.map_err(|error| self.unusable(error))?);
                let lease = match kind {
                    NodeKind::Server => self.join_alone(store.as_ref(), settings, ambient).await?,
                    NodeKind::Command => None,
                };
                Ok((store, Seat::alone(node, lease)))
            }
            Self::Postgres(place) => {
                let joining = Joining {
                    lanes: place.lanes,
                    ..node::joining(settings, ambient, kind, node::number(ambient, kind))
                };
                let clock = (ambient.clock.clone() as Arc<dyn Clock>, ambient.nodes.comparison());
                let opened = PostgresStore::open(Place::clone(place), known, joining, clock).await;
                let (store, lease) = opened.map_err(|error| match error {
                    OpenFailed::ClockDiffers(skew) => StartError::Node(NodeEnd::ClockDiffers(skew)),
                    error => self.unusable(error),
                })?;
                Ok((Arc::new(store), Seat::shared(lease, ambient)))
            }
        }
    }

    /// Joins as the only server, so that operators see it.
    async fn join_alone(
        &self,
        store: &dyn Store,
        settings: &Settings,
        ambient: &Ambient,
    ) -> Result<Option<NodeLease>, StartError> {
        let number = AskedNumber::This(Node::SERVER);
        let joining = node::joining(settings, ambient, NodeKind::Server, number);
        let joined = store.join(joining, ambient.clock.now()).await;
        Ok(joined.map_err(|error| self.unusable(error))?.map(|joined| joined.lease))
    }

    /// The error for a store that cannot be used.
    pub(super) fn unusable(&self, problem: impl fmt::Display) -> StartError {
        StartError::Store { place: self.to_string(), problem: problem.to_string() }
    }
}

/// The file, or the hosts and the database. A password is not shown.
impl fmt::Display for StorePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(place) => write!(f, "{place}"),
        }
    }
}

fn place(database: PostgresSettings, ca_file: (&str, &Path)) -> Result<Place, StartError> {
    let tls = match database.address.encryption {
        Encryption::None => None,
        Encryption::Checked => {
            let config = trust(ca_file)?.client_config();
            Some(Arc::new(config.map_err(|error| StartError::System(error.to_string()))?))
        }
    };
    Ok(Place {
        config: database.address.config,
        tls,
        lanes: database.lanes,
        patience: database.patience,
        doubt: Doubt::default(),
    })
}

/// The authorities that a database's certificate may come from.
fn trust((name, ca_file): (&str, &Path)) -> Result<Trust, StartError> {
    Ok(authorities::read(name, ca_file, Trust::only)?.unwrap_or_else(Trust::system))
}
