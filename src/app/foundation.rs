//! What every command that uses data needs: the folder, the master key, the store.

use std::fs::{self, DirBuilder, File, Permissions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::config::Settings;
use crate::crypto::keyring::{Keyring, KeyringError};
use crate::crypto::master::{self, MasterKeyError, MasterKeySource};
use crate::crypto::operator_token::{self, OperatorToken};
use crate::domain::time::{Clock, Timestamp};
use crate::store::sqlite::{OpenFailed, SqliteStore};
use crate::store::{ClockStore, KeyStore, Store, StoreError};

use super::Ambient;

/// Why the program cannot start. Each variant has its exit code.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings. Exit code 2.
    #[error("{0}")]
    Config(String),
    /// The master key. Exit code 3.
    #[error("{0}")]
    MasterKey(#[from] MasterKeyError),
    /// The sub-keys in the store. Exit code 3.
    #[error("{0}")]
    Keyring(#[from] KeyringError),
    /// The data folder or the database. Exit code 4.
    #[error("{path}: {problem}")]
    Store {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// An address that cannot be listened on. Exit code 1.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: String,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// Any other refusal of the operating system. Exit code 1.
    #[error("{0}")]
    System(String),
}

impl StartError {
    /// The exit code of the process (design §7).
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Listen { .. } | Self::System(_) => 1,
            Self::Config(_) => 2,
            Self::MasterKey(_) | Self::Keyring(_) => 3,
            Self::Store { .. } => 4,
        }
    }
}

/// The open store and its keys.
pub struct Foundation {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Its keys.
    pub keyring: Arc<Keyring>,
    /// The greatest identity in use.
    pub greatest_id: i64,
}

impl Foundation {
    /// Opens the store of `settings`, and lets the clock continue where a former process ended. With a wrong
    /// master key nothing has been changed.
    pub async fn open(settings: &Settings, ambient: &Ambient) -> Result<Self, StartError> {
        let entropy = ambient.entropy.as_ref();
        let path = database(settings);
        let unusable =
            |problem: OpenFailed| StartError::Store { path: path.clone(), problem: problem.to_string() };
        let known = SqliteStore::key_check(&path).map_err(unusable)?;
        make_private_folder(&settings.data_dir)?;
        let (master, check) = master::load(&master_key_source(settings), known.as_ref(), entropy)?;
        let store = SqliteStore::open(path.clone(), &check).map_err(unusable)?;
        let failed = |error: StoreError| StartError::Store { path: path.clone(), problem: error.to_string() };
        if let Some(reached) = store.latest_moment().await.map_err(failed)? {
            ambient.clock.not_before(reached);
        }
        let now = ambient.clock.now();
        let missing = Keyring::missing(&master, &store.keyring().await.map_err(failed)?, entropy, now)?;
        if !missing.is_empty() {
            store.add_keys(missing).await.map_err(failed)?;
        }
        let keyring = Keyring::open(&master, &store.keyring().await.map_err(failed)?, now)?;
        let greatest_id = store.greatest_id().await.map_err(failed)?;
        Ok(Self { store: Arc::new(store), keyring: Arc::new(keyring), greatest_id })
    }

    /// Releases everything that a former process held. Only at the start of the server.
    pub(super) async fn release(&self, settings: &Settings, now: Timestamp) -> Result<(), StartError> {
        let failed =
            |error: StoreError| StartError::Store { path: database(settings), problem: error.to_string() };
        self.store.release_deliveries(now).await.map_err(failed)?;
        self.store.release_webhooks().await.map_err(failed)?;
        Ok(())
    }
}

/// The database file.
pub fn database(settings: &Settings) -> PathBuf {
    settings.data_dir.join("otpmint.db")
}

/// The operator's token and where it is stored.
pub(super) struct OperatorTokenFile {
    path: PathBuf,
    token: OperatorToken,
}

impl OperatorTokenFile {
    /// Reads the token, or draws one.
    pub(super) fn load(settings: &Settings, ambient: &Ambient) -> Result<Self, StartError> {
        let path = settings.data_dir.join("operator.token");
        match operator_token::load(&path, ambient.entropy.as_ref()) {
            Ok(token) => Ok(Self { path, token }),
            Err(error) => Err(StartError::Store { path, problem: error.to_string() }),
        }
    }

    pub(super) fn token(&self) -> SecretString {
        self.token.token.clone()
    }

    /// Stores a token that was drawn, and returns it so that it can be shown.
    pub(super) fn keep_new(self) -> Result<Option<SecretString>, StartError> {
        if !self.token.is_new {
            return Ok(None);
        }
        match self.token.keep(&self.path) {
            Ok(()) => Ok(Some(self.token.token)),
            Err(error) => Err(StartError::Store { path: self.path, problem: error.to_string() }),
        }
    }
}

/// Keeps a second server away from the same data while it exists.
pub struct DataLock(File);

impl DataLock {
    /// Locks the data folder.
    pub fn acquire(settings: &Settings) -> Result<Self, StartError> {
        make_private_folder(&settings.data_dir)?;
        let path = settings.data_dir.join("otpmint.lock");
        let problem = |problem: String| StartError::Store { path: path.clone(), problem };
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
        None => MasterKeySource::File(settings.data_dir.join("master.key")),
    }
}

fn make_private_folder(path: &Path) -> Result<(), StartError> {
    let private = || -> std::io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        match fs::metadata(path)?.permissions().mode() & 0o077 {
            0 => Ok(()),
            _ => fs::set_permissions(path, Permissions::from_mode(0o700)),
        }
    };
    private().map_err(|error| StartError::Store { path: path.to_owned(), problem: error.to_string() })
}
