//! Sealing the audit trail as a server does, without keys: rows are deleted only with their seals.

use anyhow::Result;
use otpmint::domain::id;
use otpmint::domain::reports::audit_seal::{AuditSeal, MOST_ROWS};
use otpmint::domain::secret::SealDigest;
use otpmint::domain::time::Timestamp;
use otpmint::store::AuditSealStore as _;

use super::subject::{DAY, Subject};

/// As by default.
const KEEP_DAYS: u32 = 90;

/// Stands in for every keyed digest.
const DIGEST: SealDigest = SealDigest([5; 32]);

/// Seals all rows, and lets the trail begin after what was kept long enough.
pub(super) async fn seal(subject: &Subject, now: Timestamp) -> Result<()> {
    let store = &subject.store;
    loop {
        let last = store.last_audit_seal().await?;
        let from = AuditSeal::end(last.as_ref());
        let rows = store.audit_rows(from, id::first_at(now), MOST_ROWS as usize).await?;
        let Some(latest) = rows.last() else { break };
        let number = last.map_or(0, |last| last.number) + 1;
        let (until, rows) = (latest.id + 1, u32::try_from(rows.len())?);
        let (content, digest, at) = (DIGEST, DIGEST, now);
        store.seal_audit(AuditSeal { number, until, rows, content, digest, key: 1, at, start: None }).await?;
    }
    let kept = id::first_at(now - DAY * KEEP_DAYS);
    let seals = store.audit_seals(0, 1_000).await?;
    if let Some(start) = seals.iter().take_while(|seal| seal.until <= kept).last() {
        store.start_audit_after(start.number, DIGEST).await?;
    }
    Ok(())
}
