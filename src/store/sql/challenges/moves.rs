//! Recipients whose index was computed with a former key. Their counters move to the present index,
//! and lookups by a former index are redirected.

use crate::domain::id::TenantId;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The maximum number of redirections that are followed: one per rotation within a day, and some spare.
const MAX_MOVES: usize = 16;

/// Returns the index under which the counters of a recipient are now.
pub fn follow(group: &Group, tenant: TenantId, recipient: RecipientIndex) -> Result<RecipientIndex> {
    let mut index = recipient;
    for _ in 0..MAX_MOVES {
        match group.moved(tenant, index)? {
            Some(next) => index = next,
            None => break,
        }
    }
    Ok(index)
}

/// Moves the counters under `others` to `present`. Writes only if there are any.
pub fn gather(
    group: &Group,
    tenant: TenantId,
    present: RecipientIndex,
    others: &[RecipientIndex],
    now: Timestamp,
) -> Result<()> {
    for other in others {
        let former = group.recipient(tenant, *other)?;
        if former.get().counters().is_none() {
            continue;
        }
        if let Some(counters) = former.change(()).take() {
            group.recipient(tenant, present)?.change(()).counters_mut().merge(&counters);
        }
        // If the present index was itself moved away before, that redirection must not apply any more.
        let sql = "DELETE FROM recipient_moves WHERE tenant = ?1 AND former = ?2";
        group.later(sql, with![tenant, &present])?;
        let sql = "INSERT INTO recipient_moves (tenant, former, present, at) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (tenant, former) DO UPDATE SET present = excluded.present, at = excluded.at";
        group.later(sql, with![tenant, other, &present, now])?;
        group.hold().know_moved(tenant, present, None);
        group.hold().know_moved(tenant, *other, Some(present));
    }
    Ok(())
}

/// Deletes at most `limit` redirections from before `cutoff`.
pub fn delete_old(tx: &dyn Tx, cutoff: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM recipient_moves WHERE (tenant, former) IN \
               (SELECT tenant, former FROM recipient_moves WHERE at < ?1 ORDER BY at LIMIT ?2)";
    tx.change(sql, with![cutoff, limit])
}
