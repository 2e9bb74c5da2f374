//! Replaces the master key.

use std::path::PathBuf;

use crate::config::Settings;
use crate::crypto::keyring::Keyring;
use crate::crypto::master::{self, MasterKeySource};
use crate::domain::node::NodeKind;
use crate::domain::reports::actor::Actor;
use crate::domain::time::Clock;

use super::ambient::Ambient;
use super::foundation::{DataLock, master_key_source};
use super::start_error::StartError;
use super::store_place::StorePlace;

/// A master key that was replaced.
pub struct ReplacedMasterKey {
    /// The file of the new one.
    pub file: PathBuf,
    /// The file of the former one.
    pub former: PathBuf,
}

/// Wraps all sub-keys under a new master key, with the server stopped.
///
/// The new key is on disk before the database knows it, and replaces the former one afterwards. One commit
/// lies between: before it, opening the database requires the former key; after it, opening finds the new key
/// and finishes the replacement.
pub async fn replace_master_key(
    settings: &Settings,
    ambient: &Ambient,
    by: Actor,
) -> Result<ReplacedMasterKey, StartError> {
    let entropy = ambient.entropy.as_ref();
    let source = master_key_source(settings);
    let MasterKeySource::File(file) = &source else {
        let problem = "only a master key in a file can be replaced, not a passphrase or a systemd credential";
        return Err(StartError::Config(problem.to_owned()));
    };
    let _lock = DataLock::acquire(settings)?;
    let place = StorePlace::of(settings)?;
    let known = place.key_check().await?;
    let known = known.ok_or_else(|| place.unusable("there is no database yet"))?;
    let (master, check) = master::load(&source, Some(&known), entropy)?;
    let (store, _) = place.open(&check, NodeKind::Command, settings, ambient).await?;
    let keys = store.keyring().await.map_err(|error| place.unusable(error))?;
    let successor = master::prepare(file, entropy)?;
    let keys = Keyring::rewrap(&master, &keys, &successor.master, entropy)?;
    if !store
        .change_master(successor.check, keys, (by, ambient.clock.now()))
        .await
        .map_err(|error| place.unusable(error))?
    {
        return Err(StartError::System("the keys were rotated at this moment: try again".to_owned()));
    }
    let former = master::install(file)?;
    Ok(ReplacedMasterKey { file: file.clone(), former })
}
