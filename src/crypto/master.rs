//! The master key: the one secret outside the database.

mod error;
mod file;
mod format;

use std::fmt;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use hkdf::Hkdf;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::domain::random::Entropy;
use crate::domain::secret::KeyCheck;

use super::key::Key;
use super::private_file::GROUP_AND_OTHERS;

pub use error::MasterKeyError;
#[cfg(fuzzing)]
pub use file::fuzz as fuzz_key_file;
use format::RawKey;

/// Memory in KiB, passes and lanes for a passphrase: about 0.2 s, once, at start (RFC 9106 §4).
const ARGON2_MEMORY: u32 = 64 * 1024;
const ARGON2_PASSES: u32 = 3;
const ARGON2_LANES: u32 = 1;

/// The source of the master key.
#[derive(Clone)]
pub enum MasterKeySource {
    /// A file, created on the first start if it is missing.
    File(PathBuf),
    /// A file that somebody else provides, such as a systemd credential; never created.
    Credential(PathBuf),
    /// A passphrase, stretched with argon2id.
    Passphrase(SecretString),
}

impl fmt::Debug for MasterKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::Credential(path) => write!(f, "Credential({})", path.display()),
            Self::Passphrase(_) => f.write_str("Passphrase(…)"),
        }
    }
}

/// The open master key.
#[derive(Clone, Debug)]
pub struct MasterKey {
    wrapping: Key,
}

impl MasterKey {
    pub(super) fn wrapping_key(&self) -> &Key {
        &self.wrapping
    }
}

/// Loads the master key, and checks it against `known`, the check value in the database. Without `known` the
/// database is new: then a missing key file is created, with mode 0600.
pub fn load(
    source: &MasterKeySource,
    known: Option<&KeyCheck>,
    entropy: &dyn Entropy,
) -> Result<(MasterKey, KeyCheck), MasterKeyError> {
    let salt = known.map_or_else(|| entropy.bytes(), |known| known.salt);
    let raw = match source {
        MasterKeySource::File(path) if known.is_none() && !path.exists() => file::create(path, entropy)?,
        MasterKeySource::File(path) => file::read(path, GROUP_AND_OTHERS)?,
        // If systemd grants a credential by an access list, the mask of the list shows as group permissions.
        MasterKeySource::Credential(path) => file::read(path, 0o007)?,
        MasterKeySource::Passphrase(passphrase) => stretch(passphrase, &salt),
    };
    let (master, check) = derive(&raw, salt);
    let Some(known) = known else { return Ok((master, check)) };
    match (is_known(&check, known), source) {
        (true, _) => Ok((master, check)),
        (false, MasterKeySource::File(path)) => finish(path, known),
        (false, _) => Err(MasterKeyError::Wrong),
    }
}

fn is_known(check: &KeyCheck, known: &KeyCheck) -> bool {
    known.check.ct_eq(&check.check).into()
}

/// Returns the content of the file of the master key, for a backup; `None` if the key comes from a passphrase. It must
/// be the one that `known` is of.
pub fn file_content(
    source: &MasterKeySource,
    known: &KeyCheck,
    entropy: &dyn Entropy,
) -> Result<Option<SecretString>, MasterKeyError> {
    let (MasterKeySource::File(path) | MasterKeySource::Credential(path)) = source else { return Ok(None) };
    load(source, Some(known), entropy)?;
    file::content(path).map(Some)
}

/// Puts the master key of a backup into the file at `path`, which must not exist. It must be the one that `known` is
/// of; otherwise nothing is created.
pub fn put_back(
    path: &Path,
    content: &SecretString,
    known: &KeyCheck,
    entropy: &dyn Entropy,
) -> Result<(), MasterKeyError> {
    let raw = file::parse(content.expose_secret()).ok_or(MasterKeyError::Wrong)?;
    if !is_known(&derive(&raw, known.salt).1, known) {
        return Err(MasterKeyError::Wrong);
    }
    file::write(path, &raw, entropy)
}

/// A master key that will replace another, in a file next to it.
pub struct Successor {
    /// The key.
    pub master: MasterKey,
    /// What the database stores about it.
    pub check: KeyCheck,
}

/// Creates the key that will replace the current one in the file at `path`.
pub fn prepare(path: &Path, entropy: &dyn Entropy) -> Result<Successor, MasterKeyError> {
    let former = file::former(path);
    if former.exists() {
        return Err(MasterKeyError::FormerInTheWay(former));
    }
    let raw = file::create_next(path, entropy)?;
    let (master, check) = derive(&raw, entropy.bytes());
    Ok(Successor { master, check })
}

/// Moves the prepared key to `path`, and returns the new place of the former one. Call it only after the
/// database has recorded the new key.
pub fn install(path: &Path) -> Result<PathBuf, MasterKeyError> {
    file::install(path)
}

/// Finishes a replacement that a crash interrupted: the database already knows the prepared key.
fn finish(path: &Path, known: &KeyCheck) -> Result<(MasterKey, KeyCheck), MasterKeyError> {
    let next = file::next(path);
    if !next.exists() {
        return Err(MasterKeyError::Wrong);
    }
    let (master, check) = derive(&file::read(&next, GROUP_AND_OTHERS)?, known.salt);
    if !is_known(&check, known) {
        return Err(MasterKeyError::Wrong);
    }
    install(path)?;
    Ok((master, check))
}

fn derive(raw: &RawKey, salt: [u8; 16]) -> (MasterKey, KeyCheck) {
    let expand = |info: &[u8]| {
        let mut out = [0; 32];
        // HKDF only refuses outputs beyond 255 blocks (RFC 5869 §2.3).
        let Ok(()) = Hkdf::<Sha256>::new(Some(&salt), raw.as_slice()).expand(info, &mut out) else {
            unreachable!()
        };
        out
    };
    let master = MasterKey { wrapping: Key::new(expand(b"otpmint/wrapping/1")) };
    (master, KeyCheck { salt, check: expand(b"otpmint/check/1") })
}

fn stretch(passphrase: &SecretString, salt: &[u8; 16]) -> RawKey {
    let mut raw = Zeroizing::new([0; 32]);
    let Ok(params) = Params::new(ARGON2_MEMORY, ARGON2_PASSES, ARGON2_LANES, Some(32)) else {
        unreachable!()
    };
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let passphrase = passphrase.expose_secret().as_bytes();
    // The parameters, the salt and the output have fixed, valid sizes.
    let Ok(()) = hasher.hash_password_into(passphrase, salt, raw.as_mut_slice()) else { unreachable!() };
    raw
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// An entropy source whose bytes differ from call to call but are the same in every run.
    #[derive(Default)]
    pub struct CountingEntropy(AtomicU64);

    impl Entropy for CountingEntropy {
        fn fill(&self, out: &mut [u8]) {
            for byte in out {
                let next = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                *byte = (next >> 56) as u8;
            }
        }
    }

    pub fn master(byte: u8) -> MasterKey {
        derive(&Zeroizing::new([byte; 32]), [0; 16]).0
    }

    fn file(folder: &tempfile::TempDir) -> MasterKeySource {
        MasterKeySource::File(folder.path().join("master.key"))
    }

    #[test]
    fn the_file_is_made_once_with_mode_0600_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (_, check) = load(&file(&folder), None, &CountingEntropy::default()).unwrap();
        let mode = fs::metadata(folder.path().join("master.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let (_, again) = load(&file(&folder), Some(&check), &CountingEntropy::default()).unwrap();
        assert_eq!(check, again);
    }

    #[test]
    fn a_database_with_a_key_never_gets_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let (_, check) = load(&file(&folder), None, &CountingEntropy::default()).unwrap();
        fs::remove_file(folder.path().join("master.key")).unwrap();
        let missing = load(&file(&folder), Some(&check), &CountingEntropy::default());
        assert!(matches!(missing, Err(MasterKeyError::Missing(_))));
        assert!(!folder.path().join("master.key").exists());
    }

    #[test]
    fn a_file_that_others_may_read_or_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        load(&file(&folder), None, &CountingEntropy::default()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = load(&file(&folder), None, &CountingEntropy::default());
        let Err(MasterKeyError::Unreadable { problem, .. }) = refused else { panic!("it was read") };
        assert!(problem.to_string().contains("mode 0640"), "{problem}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for text in ["", "otpmint-master-key:", "otpmint-master-key:zz", &"ab".repeat(32)] {
            fs::write(&path, text).unwrap();
            let refused = load(&file(&folder), None, &CountingEntropy::default());
            assert!(matches!(refused, Err(MasterKeyError::Malformed(_))), "{text:?}");
        }
    }

    #[test]
    fn a_credential_may_show_the_rights_of_its_access_list_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        load(&file(&folder), None, &CountingEntropy::default()).unwrap();
        let credential = MasterKeySource::Credential(path.clone());
        for (mode, is_fine) in [(0o400, true), (0o440, true), (0o444, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(load(&credential, None, &CountingEntropy::default()).is_ok(), is_fine, "{mode:o}");
        }
    }

    #[test]
    fn a_replacement_that_was_begun_is_ended_only_when_the_database_knows_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, entropy) = (folder.path().join("master.key"), CountingEntropy::default());
        let (_, former) = load(&file(&folder), None, &entropy).unwrap();
        let before = fs::read(&path).unwrap();
        // Killed before the database knew the next key: the current one stays, and the next one is created
        // again.
        let abandoned = prepare(&path, &entropy).unwrap();
        assert!(load(&file(&folder), Some(&former), &entropy).is_ok());
        let successor = prepare(&path, &entropy).unwrap();
        assert!(matches!(load(&file(&folder), Some(&abandoned.check), &entropy), Err(MasterKeyError::Wrong)));
        assert_eq!(fs::read(&path).unwrap(), before);
        // Killed after that, including between the two steps of moving it.
        fs::hard_link(&path, folder.path().join("master.key.old")).unwrap();
        assert!(load(&file(&folder), Some(&successor.check), &entropy).is_ok());
        assert_eq!(fs::read(folder.path().join("master.key.old")).unwrap(), before);
        assert_ne!(fs::read(&path).unwrap(), before);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(load(&file(&folder), Some(&successor.check), &entropy).is_ok());
        assert!(matches!(load(&file(&folder), Some(&former), &entropy), Err(MasterKeyError::Wrong)));
        // The former key is never overwritten.
        assert!(matches!(prepare(&path, &entropy), Err(MasterKeyError::FormerInTheWay(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn another_key_or_passphrase_is_recognised() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = |text: &str| MasterKeySource::Passphrase(SecretString::from(text));
        let entropy = CountingEntropy::default();
        let (_, check) = load(&passphrase("a good long passphrase"), None, &entropy).unwrap();
        assert!(load(&passphrase("a good long passphrase"), Some(&check), &entropy).is_ok());
        let wrong = load(&passphrase("another one"), Some(&check), &entropy);
        assert!(matches!(wrong, Err(MasterKeyError::Wrong)));
        load(&file(&folder), None, &entropy).unwrap();
        assert!(matches!(load(&file(&folder), Some(&check), &entropy), Err(MasterKeyError::Wrong)));
    }
}
