//! Files that hold a secret: readable by their owner alone, and either complete or absent.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::domain::random::Entropy;

use super::secret_key::ALPHABET;

/// Creates a file with mode 0600. An existing file is an error, and stays as it is.
///
/// The content is written under another name first: after a crash or on a full disk, part of a secret at
/// `path` would stop every later start.
pub(super) fn create(path: &Path, content: &[u8], entropy: &dyn Entropy) -> io::Result<()> {
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
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
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
