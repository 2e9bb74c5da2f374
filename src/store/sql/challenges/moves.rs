//! Recipients whose index is one of a former key: their counters go over to the present one, and
//! whoever still knows the former is sent after them.

use crate::domain::id::TenantId;
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Steps that a former index is followed: one for each rotation within a day, and some.
const STEPS: usize = 16;

/// The index under which the counters of a recipient lie by now.
pub fn follow(tx: &dyn Tx, tenant: TenantId, recipient: RecipientIndex) -> Result<RecipientIndex> {
    let sql = "SELECT present FROM recipient_moves WHERE tenant = ?1 AND former = ?2";
    let mut index = recipient;
    for _ in 0..STEPS {
        match tx.first(sql, with![tenant, &index], |row| row.get())? {
            Some(next) => index = next,
            None => break,
        }
    }
    Ok(index)
}

/// Brings what was counted under `others` to `present`. Writes only where there is something.
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
        // What was moved away once and comes back now must not send anybody away again.
        let sql = "DELETE FROM recipient_moves WHERE tenant = ?1 AND former = ?2";
        group.later(sql, with![tenant, &present])?;
        let sql = "INSERT INTO recipient_moves (tenant, former, present, at) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (tenant, former) DO UPDATE SET present = excluded.present, at = excluded.at";
        group.later(sql, with![tenant, other, &present, now])?;
    }
    Ok(())
}

/// Forgets at most `limit` moves from before `cutoff`.
pub fn delete_old(tx: &dyn Tx, cutoff: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM recipient_moves WHERE (tenant, former) IN \
               (SELECT tenant, former FROM recipient_moves WHERE at < ?1 ORDER BY at LIMIT ?2)";
    tx.change(sql, with![cutoff, limit])
}
