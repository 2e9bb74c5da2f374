//! The server's own backups, as far as others ask about them.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::time::Timestamp;

/// How the server's own backups stand. Shared by what takes them and what reports them.
#[derive(Debug, Default)]
pub struct BackupStanding {
    /// Since when one has failed, in milliseconds since 1970; 0 while none has.
    failing: AtomicI64,
}

impl BackupStanding {
    /// Records that one was taken.
    pub fn taken(&self) {
        self.failing.store(0, Ordering::Relaxed);
    }

    /// Records that one failed.
    pub fn failed(&self, now: Timestamp) {
        let first = now.as_millis();
        // The first failure is the one since when there has been none.
        let _ = self.failing.compare_exchange(0, first, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Returns since when backups fail; `None` if the latest was taken.
    pub fn failing_since(&self) -> Option<Timestamp> {
        let failing = self.failing.load(Ordering::Relaxed);
        (failing != 0).then(|| Timestamp::from_millis(failing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_fail_from_the_first_failure_until_one_is_taken() {
        let (standing, at) = (BackupStanding::default(), Timestamp::from_millis);
        assert_eq!(standing.failing_since(), None);
        standing.failed(at(5));
        standing.failed(at(9));
        assert_eq!(standing.failing_since(), Some(at(5)));
        standing.taken();
        assert_eq!(standing.failing_since(), None);
    }
}
