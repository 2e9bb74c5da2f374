//! What every command that uses data needs: the folder, the master key, the store.

use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::config::Settings;
use crate::crypto::keyring::Keyring;
use crate::crypto::master::{self, MasterKeySource};
use crate::domain::node::NodeKind;
use crate::domain::time::{Clock, Timestamp};
use crate::store::Store;

use super::ambient::Ambient;
use super::data_folder;
use super::heartbeat::{self, CommandHeartbeat};
use super::node::Seat;
use super::start_error::StartError;
use super::store_place::StorePlace;

/// The open store and its keys.
pub struct Foundation {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Where it is.
    pub place: StorePlace,
    /// Its keys.
    pub keyring: Arc<Keyring>,
    /// The greatest identity in use.
    pub greatest_id: i64,
    /// This process as a node of the store.
    pub seat: Seat,
    /// What renews its lease meanwhile, if it is a command and others may share the store.
    pub heartbeat: Option<CommandHeartbeat>,
}

impl Foundation {
    /// Opens the store of `settings` for a command that may run beside the server. One that is not there is an
    /// error: a command in the wrong folder must not leave a database and a key behind.
    pub async fn open(settings: &Settings, ambient: &Ambient) -> Result<Self, StartError> {
        let place = StorePlace::of(settings)?;
        match place.key_check().await? {
            None => Err(place.unusable(
                "there is no database yet: `otpmint serve` makes it, or `otpmint tenant add`; or name the \
                 configuration file of the server with --config",
            )),
            Some(_) => Self::open_at(place, settings, ambient).await,
        }
    }

    /// The same at a place, where a store is made if there is none.
    pub async fn open_at(
        place: StorePlace,
        settings: &Settings,
        ambient: &Ambient,
    ) -> Result<Self, StartError> {
        let mut foundation = Self::open_as(NodeKind::Command, place, settings, ambient).await?;
        let Self { store, seat, .. } = &foundation;
        let heartbeat = heartbeat::begin(store, seat, ambient, NodeKind::Command).await?;
        foundation.heartbeat = heartbeat.map(CommandHeartbeat::start);
        Ok(foundation)
    }

    /// Opens the store at `place`, and lets the clock continue where a former process ended. With a wrong
    /// master key nothing has been changed.
    pub(super) async fn open_as(
        kind: NodeKind,
        place: StorePlace,
        settings: &Settings,
        ambient: &Ambient,
    ) -> Result<Self, StartError> {
        let entropy = ambient.entropy.as_ref();
        prepare_folder(settings)?;
        let known = place.key_check().await?;
        let (master, check) = master::load(&master_key_source(settings), known.as_ref(), entropy)?;
        let (store, seat) = place.open(&check, kind, settings, ambient).await?;
        let failed = |error| place.unusable(error);
        // The clocks of several nodes are compared instead, so that one that is wrong leads no other astray.
        if seat.membership.is_alone()
            && let Some(reached) = store.latest_moment().await.map_err(failed)?
        {
            ambient.clock.not_before(reached);
        }
        let now = ambient.clock.now();
        let missing = Keyring::missing(&master, &store.keyring().await.map_err(failed)?, entropy, now)?;
        if !missing.is_empty() {
            store.add_keys(missing).await.map_err(failed)?;
        }
        let keyring = Arc::new(Keyring::open(&master, &store.keyring().await.map_err(failed)?, now)?);
        let greatest_id = store.greatest_id().await.map_err(failed)?;
        Ok(Self { store, place, keyring, greatest_id, seat, heartbeat: None })
    }

    /// Releases everything that a former process held. Only at the start of the server.
    pub(super) async fn release(&self, now: Timestamp) -> Result<(), StartError> {
        let failed = |error| self.place.unusable(error);
        self.store.release_deliveries(now).await.map_err(failed)?;
        self.store.release_webhooks().await.map_err(failed)?;
        Ok(())
    }
}

/// Keeps a second server away from the same data while it exists.
pub struct DataLock(File);

impl DataLock {
    /// Locks the data folder.
    pub fn acquire(settings: &Settings) -> Result<Self, StartError> {
        prepare_folder(settings)?;
        let path = settings.data_dir.join(data_folder::LOCK);
        let problem = |problem: String| StartError::file(&path, problem);
        let mut options = fs::OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = file.map_err(|error| problem(error.to_string()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(fs::TryLockError::WouldBlock) => {
                Err(problem("another otpmint server uses this folder".to_owned()))
            }
            Err(fs::TryLockError::Error(error)) => Err(problem(error.to_string())),
        }
    }
}

impl Drop for DataLock {
    fn drop(&mut self) {
        // The system releases the lock with the file anyway.
        let _ = self.0.unlock();
    }
}

/// The first that exists: a passphrase, a file that the operator names, a systemd credential, or the file in
/// the data folder.
pub(super) fn master_key_source(settings: &Settings) -> MasterKeySource {
    let keys = &settings.keys;
    if !keys.passphrase.expose_secret().is_empty() {
        return MasterKeySource::Passphrase(keys.passphrase.clone());
    }
    if !keys.master_key_file.as_os_str().is_empty() {
        return MasterKeySource::File(keys.master_key_file.clone());
    }
    let credential = std::env::var_os("CREDENTIALS_DIRECTORY")
        .map(|folder| Path::new(&folder).join("otpmint-master-key"))
        .filter(|path| path.exists());
    match credential {
        Some(path) => MasterKeySource::Credential(path),
        None => MasterKeySource::File(settings.data_dir.join(data_folder::MASTER_KEY)),
    }
}

fn prepare_folder(settings: &Settings) -> Result<(), StartError> {
    let path = &settings.data_dir;
    let sign = if settings.store.is_sqlite() { data_folder::DATABASE } else { data_folder::LOCK };
    data_folder::prepare(path, sign).map_err(|error| StartError::file(path, error))
}
