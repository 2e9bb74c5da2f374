//! The room on the disk that the server writes to.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::domain::disk::DiskStanding;

use super::ambient::Ambient;

/// Between two measurements.
const EVERY: Duration = Duration::from_secs(60);

/// What measures the disk that `folder` is on.
pub(super) struct DiskWatch {
    folder: PathBuf,
    room: fn(&Path) -> Option<(u64, u64)>,
    standing: Arc<DiskStanding>,
}

impl DiskWatch {
    /// Measures it at once, and again later.
    pub(super) fn of(folder: PathBuf, ambient: &Ambient) -> Self {
        let watch = Self { folder, room: ambient.room, standing: Arc::default() };
        watch.measure();
        watch
    }

    /// How it stands, for reports.
    pub(super) fn standing(&self) -> Arc<DiskStanding> {
        Arc::clone(&self.standing)
    }

    /// Measures until the server stops.
    pub(super) async fn run(self) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.measure();
        }
    }

    /// What cannot be measured is not reported: the store says by itself what it cannot write.
    fn measure(&self) {
        if let Some((free, total)) = (self.room)(&self.folder) {
            self.standing.measured(free, total);
        }
    }
}
