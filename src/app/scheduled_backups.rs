//! Backups that the server takes by itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::config::Settings;
use crate::crypto::backup::{BackupRecipient, SealedFor};
use crate::domain::backup_standing::BackupStanding;
use crate::domain::time::{Clock, Timestamp};
use crate::service::Services;

use super::ambient::Ambient;
use super::backup::{Backup, BackupOrder, DRAFT, backup_name, backup_recipients, take_backup};
use super::start_error::StartError;

/// Between two looks at whether one is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// After one that failed.
const AGAIN_AFTER: Duration = Duration::from_secs(300);

/// The age of a draft that nobody writes any more.
const ABANDONED: Duration = Duration::from_secs(86_400);

/// What takes backups.
pub(super) struct ScheduledBackups {
    settings: Settings,
    ambient: Ambient,
    recipients: Vec<BackupRecipient>,
    every: Duration,
    standing: Arc<BackupStanding>,
}

impl ScheduledBackups {
    /// Returns what takes backups; `None` if the settings ask for none.
    pub(super) fn of(settings: &Settings, ambient: &Ambient) -> Result<Option<Self>, StartError> {
        if settings.backup.folder.as_os_str().is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            settings: settings.clone(),
            ambient: ambient.clone(),
            recipients: backup_recipients(settings)?,
            every: Duration::from_secs(settings.backup.every_hours * 3_600),
            standing: Arc::default(),
        }))
    }

    /// How they stand, for reports.
    pub(super) fn standing(&self) -> Arc<BackupStanding> {
        Arc::clone(&self.standing)
    }

    /// Takes backups while this node keeps house, until the server stops.
    pub(super) async fn run(self, services: Arc<Services>) {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut not_before = Timestamp::default();
        let mut keeps_house_since = None;
        loop {
            ticks.tick().await;
            let now = self.ambient.clock.now();
            keeps_house_since = match services.nodes.membership().keeps_house() {
                true => keeps_house_since.or(Some(now)),
                false => None,
            };
            let due = keeps_house_since.and_then(|since| self.due_since(since, now));
            metrics::gauge!("otpmint_backup_overdue_seconds")
                .set(due.map_or(0.0, |due| now.since(due).as_secs_f64()));
            if due.is_some() && now >= not_before && !self.take(now).await {
                not_before = now + AGAIN_AFTER;
            }
        }
    }

    /// Since when one is due; `None` if none is. The first one is due at once.
    fn due_since(&self, keeps_house_since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let latest = backups(&self.settings.backup.folder).pop();
        let latest = latest.and_then(|(moment, _)| Timestamp::parse(&moment));
        let due = latest.map_or(keeps_house_since, |latest| latest + self.every);
        (due <= now).then_some(due)
    }

    /// Takes one; returns whether that worked.
    async fn take(&self, now: Timestamp) -> bool {
        let folder = &self.settings.backup.folder;
        let order = BackupOrder {
            file: folder.join(backup_name(now)),
            sealed_for: SealedFor::Recipients(self.recipients.clone()),
            with_master_key: false,
            tell: None,
        };
        let taken = match prepare(folder) {
            Ok(()) => take_backup(&self.settings, &self.ambient, order).await,
            Err(error) => Err(StartError::file(folder, error)),
        };
        let outcome = if taken.is_ok() { "taken" } else { "failed" };
        metrics::counter!("otpmint_backups_total", "outcome" => outcome).increment(1);
        match taken {
            Ok(Backup { file, contents, bytes }) => {
                let rows: u64 = contents.tables.iter().map(|table| table.rows).sum();
                tracing::info!(file = %file.display(), rows, bytes, "a backup was taken");
                self.standing.taken();
                self.forget_old(now);
            }
            Err(ref error) => {
                self.standing.failed(now);
                tracing::error!(%error, "no backup could be taken; it is tried again");
            }
        }
        outcome == "taken"
    }

    /// Removes what is more than is kept, and drafts that were cut off.
    fn forget_old(&self, now: Timestamp) {
        let folder = &self.settings.backup.folder;
        let found = backups(folder);
        let old = found.len().saturating_sub(self.settings.backup.keep);
        let old = found.into_iter().take(old).map(|(_, file)| file);
        for file in old.chain(abandoned(folder, now)) {
            if let Err(error) = fs::remove_file(&file) {
                tracing::warn!(file = %file.display(), %error, "an old backup could not be removed");
            }
        }
    }
}

fn prepare(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The backups in a folder, by their names: their moments, oldest first, and their files.
fn backups(folder: &Path) -> Vec<(String, PathBuf)> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<(String, PathBuf)> =
        names.filter_map(|entry| Some((moment(entry.file_name().to_str()?)?, entry.path()))).collect();
    found.sort();
    found
}

/// The moment in the name of a backup, as [`Timestamp::parse`] takes it.
fn moment(name: &str) -> Option<String> {
    let word = name.strip_prefix("otpmint-")?.strip_suffix("Z.age")?;
    let (day, time) = word.split_once('T')?;
    let is_moment =
        day.len() == 8 && time.len() == 6 && (day.to_owned() + time).bytes().all(|b| b.is_ascii_digit());
    let part = |text: &str, from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    is_moment.then(|| {
        let day = [part(day, 0, 4), part(day, 4, 6), part(day, 6, 8)].join("-");
        let time = [part(time, 0, 2), part(time, 2, 4), part(time, 4, 6)].join(":");
        format!("{day}T{time}Z")
    })
}

/// Drafts that nobody writes any more.
fn abandoned(folder: &Path, now: Timestamp) -> Vec<PathBuf> {
    let is_old = |entry: &fs::DirEntry| {
        let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        let age = modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        age.and_then(|at| i64::try_from(at.as_millis()).ok())
            .is_some_and(|at| now.since(Timestamp::from_millis(at)) > ABANDONED)
    };
    let is_draft = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| name.starts_with(DRAFT.0) && name.ends_with(DRAFT.1))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| is_draft(entry) && is_old(entry)).map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_backup_tells_its_moment_and_other_names_none() {
        let at = Timestamp::parse("2026-01-31T12:00:07Z").unwrap();
        assert_eq!(backup_name(at), "otpmint-20260131T120007Z.age");
        assert_eq!(Timestamp::parse(&moment(&backup_name(at)).unwrap()), Some(at));
        for name in
            ["otpmint-20260131T1200Z.age", "otpmint-x.age", "other-20260131T120007Z.age", "otpmint.db"]
        {
            assert_eq!(moment(name), None, "{name}");
        }
    }
}
