//! Files that are read again when they change.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Files that others replace, and how they looked when they were read.
pub(in crate::app) struct Watched {
    paths: Vec<PathBuf>,
    taken: Vec<Trace>,
}

/// What is different when a file was replaced: device, inode, size and the time of the last change, to the nanosecond.
type Trace = Option<(u64, u64, u64, i64, i64)>;

impl Watched {
    /// These, as they are at present: they are read after this.
    pub(in crate::app) fn these<const N: usize>(paths: [&Path; N]) -> Self {
        let paths = paths.map(Path::to_owned).to_vec();
        Self { taken: trace(&paths), paths }
    }

    /// Has them taken whenever they have changed, until the server stops.
    pub(in crate::app) async fn follow(self, every: Duration, take: impl Fn()) {
        let Self { paths, mut taken } = self;
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut seen = taken.clone();
        loop {
            ticks.tick().await;
            let found = trace(&paths);
            // One file is replaced before the other: all have come to rest when a look finds what the last one found.
            if found == seen && found != taken {
                taken.clone_from(&found);
                take();
            }
            seen = found;
        }
    }
}

fn trace(paths: &[PathBuf]) -> Vec<Trace> {
    let one = |path: &PathBuf| {
        let found = fs::metadata(path).ok()?;
        Some((found.dev(), found.ino(), found.size(), found.mtime(), found.mtime_nsec()))
    };
    paths.iter().map(one).collect()
}
