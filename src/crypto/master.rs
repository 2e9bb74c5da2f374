//! The master key: the one secret outside the database.

use std::fmt::{self, Write as _};
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
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

/// What precedes the 64 hexadecimal digits in a key file, so that nobody takes it for anything else.
const FILE_PREFIX: &str = "otpmint-master-key:";

/// Memory in KiB, passes and lanes for a passphrase: about 0.2 s, once, at start (RFC 9106 §4).
const ARGON2_MEMORY: u32 = 64 * 1024;
const ARGON2_PASSES: u32 = 3;
const ARGON2_LANES: u32 = 1;

/// Where the master key comes from.
#[derive(Clone)]
pub enum MasterKeySource {
    /// A file, made on the first start when it is not there.
    File(PathBuf),
    /// A file that somebody else provides, such as a systemd credential; never made.
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

/// Why there is no master key. Each stops the start with exit code 3.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// No file, though the database was made with a key.
    #[error(
        "the master key file {0} is missing, and this database was made with one: put the file back \
         from its backup, or point keys.master_key_file to it"
    )]
    Missing(PathBuf),
    /// The file or its folder can be read by others.
    #[error("the master key file {path} may be read by others (mode {mode:04o}): run `chmod 600 {path}`")]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is not a key file.
    #[error("{0} is not a master key file: it must hold `{FILE_PREFIX}` and 64 hexadecimal digits")]
    Malformed(PathBuf),
    /// The key is another one.
    #[error(
        "this is not the master key that the database was made with: check keys.master_key_file or \
         the passphrase; nothing was changed"
    )]
    Wrong,
    /// The file cannot be read or made.
    #[error("the master key file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Loads the master key, and checks it against `known`, what the database kept of it. Without
/// `known` the database is new: a missing key file is then made, with mode 0600.
pub fn load(
    source: &MasterKeySource,
    known: Option<&KeyCheck>,
    entropy: &dyn Entropy,
) -> Result<(MasterKey, KeyCheck), MasterKeyError> {
    let salt = known.map_or_else(|| entropy.bytes(), |known| known.salt);
    let raw = match source {
        MasterKeySource::File(path) if known.is_none() && !path.exists() => create(path, entropy)?,
        MasterKeySource::File(path) => read(path, 0o077)?,
        // Where systemd grants a credential by an access list, its mask shows as rights of a group.
        MasterKeySource::Credential(path) => read(path, 0o007)?,
        MasterKeySource::Passphrase(passphrase) => stretch(passphrase, &salt),
    };
    let (master, check) = derive(&raw, salt);
    match known {
        Some(known) if !bool::from(known.check.ct_eq(&check.check)) => Err(MasterKeyError::Wrong),
        _ => Ok((master, check)),
    }
}

type Raw = Zeroizing<[u8; 32]>;

fn derive(raw: &Raw, salt: [u8; 16]) -> (MasterKey, KeyCheck) {
    let expand = |info: &[u8]| {
        let mut out = [0; 32];
        // HKDF refuses only outputs beyond 255 blocks (RFC 5869 §2.3).
        let Ok(()) = Hkdf::<Sha256>::new(Some(&salt), raw.as_slice()).expand(info, &mut out) else {
            unreachable!()
        };
        out
    };
    let master = MasterKey { wrapping: Key::new(expand(b"otpmint/wrapping/1")) };
    (master, KeyCheck { salt, check: expand(b"otpmint/check/1") })
}

fn stretch(passphrase: &SecretString, salt: &[u8; 16]) -> Raw {
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

fn read(path: &Path, forbidden: u32) -> Result<Raw, MasterKeyError> {
    let io = |source| MasterKeyError::Io { path: path.to_owned(), source };
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(MasterKeyError::Missing(path.to_owned()));
        }
        other => other.map_err(io)?,
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & forbidden != 0 {
        return Err(MasterKeyError::TooOpen { path: path.to_owned(), mode });
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
    let digits = text.trim().strip_prefix(FILE_PREFIX);
    digits.and_then(from_hex).ok_or_else(|| MasterKeyError::Malformed(path.to_owned()))
}

fn create(path: &Path, entropy: &dyn Entropy) -> Result<Raw, MasterKeyError> {
    let raw: Raw = Zeroizing::new(entropy.bytes());
    let mut text = Zeroizing::new(String::with_capacity(FILE_PREFIX.len() + 65));
    text.push_str(FILE_PREFIX);
    for byte in raw.iter() {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    let write = || -> io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // The name has to survive a power loss as well: the database will need this very key.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(|source| MasterKeyError::Io { path: path.to_owned(), source })?;
    Ok(raw)
}

fn from_hex(digits: &str) -> Option<Raw> {
    let mut raw = Zeroizing::new([0; 32]);
    if digits.len() != 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in raw.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(raw)
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Bytes that differ from call to call, the same in every run.
    #[derive(Default)]
    pub struct Counting(AtomicU64);

    impl Entropy for Counting {
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
        let (_, check) = load(&file(&folder), None, &Counting::default()).unwrap();
        let mode = fs::metadata(folder.path().join("master.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let (_, again) = load(&file(&folder), Some(&check), &Counting::default()).unwrap();
        assert_eq!(check, again);
    }

    #[test]
    fn a_database_with_a_key_never_gets_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let (_, check) = load(&file(&folder), None, &Counting::default()).unwrap();
        fs::remove_file(folder.path().join("master.key")).unwrap();
        let missing = load(&file(&folder), Some(&check), &Counting::default());
        assert!(matches!(missing, Err(MasterKeyError::Missing(_))));
        assert!(!folder.path().join("master.key").exists());
    }

    #[test]
    fn a_file_that_others_may_read_or_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        load(&file(&folder), None, &Counting::default()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = load(&file(&folder), None, &Counting::default());
        assert!(matches!(refused, Err(MasterKeyError::TooOpen { mode: 0o640, .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for text in ["", "otpmint-master-key:", "otpmint-master-key:zz", &"ab".repeat(32)] {
            fs::write(&path, text).unwrap();
            let refused = load(&file(&folder), None, &Counting::default());
            assert!(matches!(refused, Err(MasterKeyError::Malformed(_))), "{text:?}");
        }
    }

    #[test]
    fn a_credential_may_show_the_rights_of_its_access_list_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        load(&file(&folder), None, &Counting::default()).unwrap();
        let credential = MasterKeySource::Credential(path.clone());
        for (mode, is_fine) in [(0o400, true), (0o440, true), (0o444, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(load(&credential, None, &Counting::default()).is_ok(), is_fine, "{mode:o}");
        }
    }

    #[test]
    fn another_key_or_passphrase_is_recognised() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = |text: &str| MasterKeySource::Passphrase(SecretString::from(text));
        let entropy = Counting::default();
        let (_, check) = load(&passphrase("a good long passphrase"), None, &entropy).unwrap();
        assert!(load(&passphrase("a good long passphrase"), Some(&check), &entropy).is_ok());
        let wrong = load(&passphrase("another one"), Some(&check), &entropy);
        assert!(matches!(wrong, Err(MasterKeyError::Wrong)));
        load(&file(&folder), None, &entropy).unwrap();
        assert!(matches!(load(&file(&folder), Some(&check), &entropy), Err(MasterKeyError::Wrong)));
    }
}
