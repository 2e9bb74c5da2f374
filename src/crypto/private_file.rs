//! Files that hold a secret: readable by their owner alone, and either complete or absent.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::process::geteuid;
use zeroize::Zeroizing;

use crate::domain::file_access::FileAccess;
use crate::domain::random::Entropy;

use super::secret_key::ALPHABET;

/// The permissions of everybody but the owner.
pub(super) const GROUP_AND_OTHERS: u32 = 0o077;

/// The most bytes that are read: a secret has less than 100.
const MAX_SIZE: u64 = 4_096;

/// Why a file is not read as a secret, and what to change. The caller names the file.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A device, a pipe or a folder: its content would not be there at the next start.
    #[error("it is not a regular file")]
    Irregular,
    /// Whoever owns it can change it.
    #[error("it belongs to another user (id {0}): run `chown` on it, or run otpmint as that user")]
    ForeignOwner(u32),
    /// The file can be read by others.
    #[error("it may be read by others (mode {0:04o}): run `chmod 600` on it")]
    TooOpen(u32),
    /// Not a file of ours.
    #[error("it has more than {0} bytes, so it is not what this setting is for")]
    TooLarge(u64),
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads a file that nobody has any of the `forbidden` permissions to, and that belongs to this user or to root.
/// Root reads the files of others too: it runs commands on the data of the server's user.
pub(super) fn read(path: &Path, forbidden: u32) -> Result<Zeroizing<String>, Unreadable> {
    read_up_to(MAX_SIZE, path, forbidden)
}

/// The same for a file that may have more bytes than a secret of ours.
pub fn read_up_to(most: u64, path: &Path, forbidden: u32) -> Result<Zeroizing<String>, Unreadable> {
    // Without the flag, opening a pipe that nobody writes to would never return.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(Unreadable::Irregular);
    }
    let access = FileAccess { owner: metadata.uid(), mode: metadata.mode() & 0o777 };
    if access.is_foreign(geteuid().as_raw()) {
        return Err(Unreadable::ForeignOwner(access.owner));
    }
    if access.allows(forbidden) {
        return Err(Unreadable::TooOpen(access.mode));
    }
    // With room for all of it: the buffer would otherwise grow, and leave copies behind.
    let room = usize::try_from(most).unwrap_or(usize::MAX).saturating_add(1);
    let mut text = Zeroizing::new(String::with_capacity(room));
    file.take(most + 1).read_to_string(&mut text)?;
    match text.len() as u64 > most {
        true => Err(Unreadable::TooLarge(most)),
        false => Ok(text),
    }
}

/// Creates a file with mode 0600. An existing file is an error, and stays as it is.
///
/// The content is written under another name first: after a crash or on a full disk, part of a secret at
/// `path` would stop every later start.
pub fn create(path: &Path, content: &[u8], entropy: &dyn Entropy) -> io::Result<()> {
    let draft = beside(path, &format!(".{}.tmp", entropy.text(&ALPHABET, 16)));
    // Unlike a rename, a link does not replace a file that another process has created meanwhile.
    let made = write(&draft, content).and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    made.and(removed)?;
    // The name must survive a power loss too: the database will need exactly this content.
    sync_folder(path)
}

/// Creates a file with mode 0600, in the place of an existing one.
///
/// Either the former content or the new one is there at any time, even after a crash.
pub(super) fn replace(path: &Path, content: &[u8], entropy: &dyn Entropy) -> io::Result<()> {
    let draft = beside(path, &format!(".{}.tmp", entropy.text(&ALPHABET, 16)));
    if let Err(error) = write(&draft, content).and_then(|()| fs::rename(&draft, path)) {
        // The first error is the one to report; a draft that was never created cannot be removed.
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    sync_folder(path)
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Returns the path of a file whose name is that of `path` plus `ending`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Makes the names in the folder of `path` survive a power loss.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::crypto::master::tests::CountingEntropy;

    #[test]
    fn a_file_is_made_once_for_its_owner_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let entropy = CountingEntropy::default();
        create(&path, b"first", &entropy).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = create(&path, b"second", &entropy).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(create(&folder.path().join("none/secret"), b"x", &entropy).is_err());
    }

    #[test]
    fn a_file_is_read_only_if_nobody_else_can_have_written_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        create(&path, b"text", &CountingEntropy::default()).unwrap();
        assert_eq!(*read(&path, GROUP_AND_OTHERS).unwrap(), "text");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&path, GROUP_AND_OTHERS), Err(Unreadable::TooOpen(0o640))));
        assert!(read(&path, 0o007).is_ok());
        fs::write(&path, "x".repeat(MAX_SIZE as usize)).unwrap();
        assert!(read(&path, 0o007).is_ok());
        fs::write(&path, "x".repeat(MAX_SIZE as usize + 1)).unwrap();
        assert!(matches!(read(&path, 0o007), Err(Unreadable::TooLarge(MAX_SIZE))));
        assert!(matches!(read(folder.path(), 0), Err(Unreadable::Irregular)));
        assert!(matches!(read(Path::new("/dev/zero"), 0), Err(Unreadable::Irregular)));
    }

    #[test]
    fn a_pipe_that_nobody_writes_to_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert!(matches!(read(&path, GROUP_AND_OTHERS), Err(Unreadable::Irregular)));
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let entropy = CountingEntropy::default();
        for content in [b"first".as_slice(), b"second"] {
            replace(&path, content, &entropy).unwrap();
            assert_eq!(fs::read(&path).unwrap(), content);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::create_dir(folder.path().join("folder")).unwrap();
        assert!(replace(&folder.path().join("folder"), b"x", &entropy).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
