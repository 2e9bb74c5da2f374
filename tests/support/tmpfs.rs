//! A disk that fills up easily.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::Builder;

use super::guardian::Guardian;
use super::lab::{Missing, need_root};

/// Mounts, and unmounts at the end of input. Lazily, because a server may still have files open there.
const SCRIPT: &str = r#"
trap '' INT HUP TERM
mount -t tmpfs -o "size=$2,mode=755" otpmint-test "$1" || exit 1
echo ready
while read -r verb; do
  case $verb in
    ro | rw) if mount -o "remount,$verb" "$1"; then echo ok; else echo failed; fi ;;
  esac
done
umount -l "$1" && rmdir "$1"
"#;

/// A small file system, removed when it is dropped.
#[derive(Debug)]
pub struct Tmpfs {
    path: PathBuf,
    guardian: Guardian,
}

impl Tmpfs {
    /// Mounts `bytes` of space. Needs root, and a container that may mount.
    pub fn mount(bytes: u64) -> Result<Tmpfs, Missing> {
        need_root("mounting a small disk")?;
        let path = Builder::new().prefix("otpmint-disk-").tempdir().expect("a temporary folder").keep();
        let mut script = Command::new("sh");
        script.args(["-c", SCRIPT, "tmpfs"]).arg(&path).arg(bytes.to_string());
        match Guardian::start(script) {
            Ok(guardian) => Ok(Tmpfs { path, guardian }),
            Err(reason) => {
                let _ = fs::remove_dir(&path);
                Err(Missing(format!("no small disk can be mounted here: {reason}")))
            }
        }
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Fills what is left of the space; removing the returned file frees it again.
    pub fn fill(&self) -> PathBuf {
        let ballast = self.path.join("ballast");
        let mut file = fs::File::create(&ballast).expect("an inode is left");
        // Ends with "no space left", which is the goal; halved pieces take the last bytes too.
        let mut piece = vec![0_u8; 1 << 16];
        while !piece.is_empty() {
            if std::io::Write::write_all(&mut file, &piece).is_err() {
                piece.truncate(piece.len() / 2);
            }
        }
        ballast
    }

    /// Makes it read-only. The kernel refuses, which panics, while a file is open for writing.
    pub fn make_read_only(&mut self) {
        self.guardian.order("ro");
    }

    /// Makes it writable again.
    pub fn make_writable(&mut self) {
        self.guardian.order("rw");
    }
}
