//! Checking the audit trail against its seals.

use crate::domain::id;
use crate::domain::reports::audit_seal::{AuditSeal, Checkpoint, TrailBreak};
use crate::domain::time::Timestamp;
use crate::service::refusal::Refusal;

use super::sealing::{AuditSeals, PAGE};

/// The number of seals that are read at once.
const SEALS: usize = 500;

/// How often the trail is checked anew because it begins later than it did before.
const TRIES: usize = 3;

/// What was found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct TrailReport {
    /// The segments whose seals and rows hold.
    pub segments: u32,
    /// Their rows.
    pub rows: u64,
    /// The seal after which the trail begins, if it does not begin with the first one.
    pub start: Option<Checkpoint>,
    /// The last seal that holds.
    pub last: Option<Checkpoint>,
    /// The rows that are not sealed yet.
    pub unsealed: u64,
    /// When the first of them was written.
    pub unsealed_since: Option<Timestamp>,
    /// The first thing that does not hold.
    pub broken: Option<TrailBreak>,
}

impl AuditSeals {
    /// Walks along the whole trail, up to the first thing that does not hold. The trail must also have the very seals of
    /// these checkpoints. Needs the memory of one page, and changes nothing.
    pub async fn check(&self, checkpoints: &[Checkpoint]) -> Result<TrailReport, Refusal> {
        self.keys.follow().await?;
        let mut tries = 0;
        loop {
            let first = self.first().await?;
            let report = self.walk(checkpoints).await?;
            tries += 1;
            // What is missing may have been kept long enough, and deleted meanwhile.
            if report.broken.is_none() || tries == TRIES || first == self.first().await? {
                return Ok(report);
            }
        }
    }

    async fn first(&self) -> Result<Option<AuditSeal>, Refusal> {
        Ok(self.store.audit_seals(0, 1).await?.pop())
    }

    async fn walk(&self, checkpoints: &[Checkpoint]) -> Result<TrailReport, Refusal> {
        let mut report = TrailReport::default();
        let mut last: Option<AuditSeal> = None;
        loop {
            let number = last.as_ref().map_or(0, |last| last.number);
            let seals = self.store.audit_seals(number, SEALS).await?;
            if seals.is_empty() {
                break;
            }
            for seal in seals {
                if let Some(broken) = self.check_one(&seal, last.as_ref(), checkpoints).await? {
                    return Ok(TrailReport { broken: Some(broken), ..report });
                }
                report.count(&seal);
                last = Some(seal);
            }
        }
        let (unsealed, first) = self.store.audit_rows_from(AuditSeal::end(last.as_ref())).await?;
        let unsealed_since = first.map(id::moment);
        let broken = report.unfound(checkpoints);
        Ok(TrailReport { unsealed, unsealed_since, broken, ..report })
    }

    /// Returns what is wrong with a seal or its segment.
    async fn check_one(
        &self,
        seal: &AuditSeal,
        last: Option<&AuditSeal>,
        checkpoints: &[Checkpoint],
    ) -> Result<Option<TrailBreak>, Refusal> {
        let number = seal.number;
        if checkpoints.iter().any(|kept| kept.number == number && kept.digest != seal.digest) {
            return Ok(Some(TrailBreak::Differs(number)));
        }
        if let (None, Some(proof)) = (last, &seal.start) {
            let is_proved = self.keyring.proof_of_start(seal).as_ref() == Some(proof);
            return Ok((!is_proved).then_some(TrailBreak::Start(number)));
        }
        let expected = last.map_or(0, |last| last.number) + 1;
        if number != expected {
            return Ok(Some(TrailBreak::Missing(expected)));
        }
        let Some(digest) = self.keyring.seal_digest(seal, last) else {
            return Ok(Some(TrailBreak::UnknownKey(number, seal.key)));
        };
        if digest != seal.digest || seal.until < AuditSeal::end(last) || seal.start.is_some() {
            return Ok(Some(TrailBreak::Seal(number)));
        }
        self.check_rows(seal, AuditSeal::end(last)).await
    }

    async fn check_rows(&self, seal: &AuditSeal, from: i64) -> Result<Option<TrailBreak>, Refusal> {
        let AuditSeal { number, at, .. } = *seal;
        let Some(mut segment) = self.keyring.begin_segment_of(seal) else {
            return Ok(Some(TrailBreak::UnknownKey(number, seal.key)));
        };
        let mut next = Some(from);
        while let Some(from) = next {
            let rows = self.store.audit_rows(from, seal.until, PAGE).await?;
            rows.iter().for_each(|row| segment.add(row));
            next = rows.last().filter(|_| rows.len() == PAGE).map(|row| row.id + 1);
        }
        let (sealed, found) = (seal.rows, segment.rows());
        let holds = segment.matches(seal);
        Ok((!holds).then_some(TrailBreak::Rows { number, at, sealed, found }))
    }
}

impl TrailReport {
    fn count(&mut self, seal: &AuditSeal) {
        self.last = Some(seal.checkpoint());
        if seal.start.is_some() {
            self.start = self.last;
        } else {
            self.segments += 1;
            self.rows += u64::from(seal.rows);
        }
    }

    /// Returns why a checkpoint was compared with nothing.
    fn unfound(&self, checkpoints: &[Checkpoint]) -> Option<TrailBreak> {
        let last = self.last.map_or(0, |last| last.number);
        let first = self.start.map_or(1, |start| start.number);
        checkpoints.iter().find_map(|kept| {
            let checkpoint = kept.number;
            let is_outdated = checkpoint < first;
            let outdated = is_outdated.then_some(TrailBreak::Outdated { checkpoint, first });
            outdated.or((checkpoint > last).then_some(TrailBreak::Cut { checkpoint, last }))
        })
    }
}
