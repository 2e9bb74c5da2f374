//! The uses of secret keys that are recorded, and the warnings before keys end.

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::tenants::credential::KeyHandle;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::snapshot::key_snapshot;
use crate::store::sql::audit::About;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::sql::webhooks::events::queue_tenant_event;
use crate::store::{NOTE_REFUSED_EVERY, UseOfKey};

/// Records when keys were last used. A later use that another node has recorded stays.
pub fn note(tx: &dyn Tx, uses: &[UseOfKey]) -> Result<()> {
    let sql = "UPDATE secret_keys SET last_used_at = ?3 \
               WHERE tenant = ?1 AND handle = ?2 AND (last_used_at IS NULL OR last_used_at < ?3)";
    for one in uses {
        tx.later(sql, with![one.tenant, one.key.as_str(), one.at])?;
    }
    Ok(())
}

/// Records that a key was refused because of where it was used, unless that was recorded lately.
pub fn note_refused(group: &Group, about: About, key: &KeyHandle, now: Timestamp) -> Result<()> {
    let sql = "UPDATE secret_keys SET refused_at = ?3 \
               WHERE tenant = ?1 AND handle = ?2 AND (refused_at IS NULL OR refused_at <= ?4)";
    let with = with![about.tenant, key.as_str(), now, now - NOTE_REFUSED_EVERY];
    if group.change(sql, with)? > 0 {
        group.note(now, AuditEvent::KeyRefused, about)?;
    }
    Ok(())
}

/// Tells the owners of at most `limit` keys that these end soon. Returns how many there were.
pub fn warn(group: &Group, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "SELECT tenant, handle, name, expires_at, last_used_at FROM secret_keys \
               WHERE warn_at <= ?1 ORDER BY warn_at LIMIT ?2";
    let due: Vec<(TenantId, KeyHandle, String)> = group.all(sql, with![now, limit], |row| {
        let (tenant, key) = (row.get()?, row.word(KeyHandle::parse)?);
        let (name, end, last_used_at) = (row.get::<String>()?, row.get()?, row.get()?);
        let snapshot = key_snapshot(&key, &name, end, last_used_at);
        Ok((tenant, key, snapshot))
    })?;
    for (tenant, key, snapshot) in &due {
        group.later("UPDATE secret_keys SET warn_at = NULL WHERE handle = ?1", with![key.as_str()])?;
        queue_tenant_event(group, *tenant, EventKind::KeyExpiring, snapshot, now)?;
    }
    Ok(due.len())
}
