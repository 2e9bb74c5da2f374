//! The size of the WAL, which cannot be truncated while a reader is active.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The size that is worth a warning: eight times what the WAL normally grows to.
const MUCH: u64 = 64 << 20;

/// Watches the WAL.
pub(super) struct WalMonitor {
    file: PathBuf,
    warned: AtomicBool,
}

impl WalMonitor {
    pub(super) fn over(database: &Path) -> Self {
        let mut file = database.as_os_str().to_owned();
        file.push("-wal");
        Self { file: file.into(), warned: AtomicBool::new(false) }
    }

    /// Publishes the size, and logs when it exceeds the threshold or has fallen below it.
    pub(super) fn look(&self) {
        let bytes = std::fs::metadata(&self.file).map_or(0, |wal| wal.len());
        metrics::gauge!("otpmint_wal_bytes").set(bytes as f64);
        match (bytes > MUCH, self.warned.swap(bytes > MUCH, Ordering::Relaxed)) {
            (true, false) => {
                tracing::warn!(bytes, "the WAL grows: somebody has been reading the database for long");
            }
            (false, true) => tracing::info!(bytes, "the WAL has been folded into the database"),
            (true, true) | (false, false) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn it_is_told_once_when_the_wal_has_grown_and_again_after_it_has_shrunk() {
        let folder = tempfile::tempdir().unwrap();
        let watch = WalMonitor::over(&folder.path().join("otpmint.db"));
        let wal = File::create(folder.path().join("otpmint.db-wal")).unwrap();
        for (size, warned) in [(0, false), (MUCH, false), (MUCH + 1, true), (2 * MUCH, true), (0, false)] {
            wal.set_len(size).unwrap();
            watch.look();
            assert_eq!(watch.warned.load(Ordering::Relaxed), warned, "{size}");
        }
    }
}
