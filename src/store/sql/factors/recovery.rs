//! Recovery codes.

use crate::domain::factors::factor::{FactorId, FactorStatus, RecoveryCodeId};
use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::RecoveryHash;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{CodesReplaced, FactorChange, NewRecoveryCode};

use super::rows;

pub fn replace(group: &Group, on: &FactorChange, codes: &[NewRecoveryCode]) -> Result<CodesReplaced> {
    let Some(factor) = rows::lock(group, on.tenant, &on.handle)? else { return Ok(CodesReplaced::Unknown) };
    if factor.status() == FactorStatus::Unconfirmed {
        return Ok(CodesReplaced::Unconfirmed);
    }
    group.change("DELETE FROM recovery_codes WHERE factor = ?1", with![factor.id])?;
    add(group, (factor.tenant, factor.id), codes)?;
    group.later("UPDATE factors SET revision = revision + 1 WHERE id = ?1", with![factor.id])?;
    rows::note(group, AuditEvent::RecoveryCodesReplaced, on)?;
    Ok(CodesReplaced::Replaced)
}

pub fn add(tx: &dyn Tx, (tenant, factor): (TenantId, FactorId), codes: &[NewRecoveryCode]) -> Result<()> {
    for code in codes {
        let sql = "INSERT INTO recovery_codes (id, factor, tenant, hash) VALUES (?1, ?2, ?3, ?4)";
        tx.later(sql, with![code.id, factor, tenant, &code.hash])?;
    }
    Ok(())
}

/// Spends the recovery code with one of these hashes, if there is one.
pub fn spend(tx: &dyn Tx, factor: FactorId, hashes: &[RecoveryHash]) -> Result<Option<RecoveryCodeId>> {
    for hash in hashes {
        let sql = "SELECT id FROM recovery_codes WHERE factor = ?1 AND hash = ?2";
        let found: Option<RecoveryCodeId> = tx.first(sql, with![factor, hash], |row| row.get())?;
        if let Some(id) = found
            && tx.change("DELETE FROM recovery_codes WHERE id = ?1", with![id])? > 0
        {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Returns how many recovery codes are left.
pub fn left(tx: &dyn Tx, factor: FactorId) -> Result<i64> {
    tx.one("SELECT count(*) FROM recovery_codes WHERE factor = ?1", with![factor], |row| row.get())
}
