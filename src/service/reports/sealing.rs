//! Sealing the audit trail: whoever keeps house seals the rows that have settled, and lets the trail begin later when its
//! first rows have been kept long enough.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::domain::id;
use crate::domain::reports::audit_seal::{AuditSeal, Checkpoint, MOST_ROWS};
use crate::domain::time::Clock;
use crate::service::keys::sub_keys::SubKeys;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::store::{AuditSealed, Store};

/// The time between two looks at the trail.
pub const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The age at which a row is sealed. A transaction that takes longer gives its rows the time of the seal instead.
const SETTLED_AFTER: Duration = Duration::from_secs(60);

/// The number of rows that are read at once.
pub(super) const PAGE: usize = 1_000;

/// The maximum number of seals that are removed at one look. The rest follows at the next.
const MOST_REMOVED: usize = 100;

/// How often a segment is read again because a row came in.
const TRIES: usize = 3;

/// The seals of the audit trail.
pub struct AuditSeals {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) keys: Arc<SubKeys>,
    clock: Arc<dyn Clock>,
    /// When the trail was last looked at, by the stopwatch.
    looked: Mutex<Option<Duration>>,
}

impl AuditSeals {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            keyring: Arc::clone(&parts.keyring),
            keys: Arc::clone(&shared.keys),
            clock: Arc::clone(&parts.clock),
            looked: Mutex::default(),
        }
    }

    /// Returns the checkpoint of the last seal, if there is one.
    pub async fn checkpoint(&self) -> Result<Option<Checkpoint>, Refusal> {
        Ok(self.store.last_audit_seal().await?.map(|last| last.checkpoint()))
    }

    /// Looks at the trail, if it is time: seals what has settled, and lets the trail begin after the segments whose rows
    /// are all older than `keep`.
    pub async fn keep_up(&self, keep: Duration) -> Result<(), Refusal> {
        let now = self.clock.elapsed();
        if self.looked().is_some_and(|at| now < at + LOOK_EVERY) {
            return Ok(());
        }
        self.seal().await?;
        self.begin_later(keep).await?;
        // Last, so that a failure is tried again with the next round.
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }

    fn looked(&self) -> Option<Duration> {
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seals the rows that have settled and are not sealed yet.
    async fn seal(&self) -> Result<(), Refusal> {
        let until = id::first_at(self.clock.now() - SETTLED_AFTER);
        let mut last = self.store.last_audit_seal().await?;
        if self.store.audit_rows(AuditSeal::end(last.as_ref()), until, 1).await?.is_empty() {
            return Ok(());
        }
        self.store.raise_audit_floor(until).await?;
        let mut tries = 0;
        while let Some(seal) = self.next(last.as_ref(), until).await? {
            match self.store.seal_audit(seal.clone()).await? {
                AuditSealed::Sealed => {
                    tell(last.as_ref(), &seal);
                    (last, tries) = (Some(seal), 0);
                }
                AuditSealed::Unsettled if tries < TRIES => tries += 1,
                // The next look goes on from there.
                AuditSealed::Unsettled | AuditSealed::Overtaken => break,
            }
        }
        Ok(())
    }

    /// Returns the seal of the next segment; `None` if there are no more rows. It ends with its last row.
    async fn next(&self, last: Option<&AuditSeal>, until: i64) -> Result<Option<AuditSeal>, Refusal> {
        let mut segment = self.keyring.begin_segment();
        let mut end = AuditSeal::end(last);
        while segment.rows() < MOST_ROWS {
            let rows = self.store.audit_rows(end, until, PAGE).await?;
            rows.iter().for_each(|row| segment.add(row));
            end = rows.last().map_or(end, |row| row.id + 1);
            if rows.len() < PAGE {
                break;
            }
        }
        Ok(match segment.rows() {
            0 => None,
            _ => self.keyring.seal_segment(segment, last, (end, self.clock.now())),
        })
    }

    /// Lets the trail begin after the segments that have been kept long enough. The sweep deletes their rows.
    async fn begin_later(&self, keep: Duration) -> Result<(), Refusal> {
        let until = id::first_at(self.clock.now() - keep);
        let seals = self.store.audit_seals(0, MOST_REMOVED).await?;
        let kept_enough = seals.into_iter().take_while(|seal| seal.until <= until);
        let Some(start) = kept_enough.last().filter(|seal| seal.start.is_none()) else { return Ok(()) };
        // A segment whose key is not known stays until it is.
        let Some(proof) = self.keyring.proof_of_start(&start) else { return Ok(()) };
        Ok(self.store.start_audit_after(start.number, proof).await?)
    }
}

/// Logs the first checkpoint of every hour: whoever keeps logs elsewhere has one.
fn tell(before: Option<&AuditSeal>, seal: &AuditSeal) {
    let hour = |seal: &AuditSeal| seal.at.as_millis() / 3_600_000;
    if before.is_none_or(|before| hour(before) != hour(seal)) {
        tracing::info!(checkpoint = %seal.checkpoint(), "the audit trail is sealed up to here");
    }
}
