//! Writing into the audit trail.

use std::cell::Cell;

use crate::domain::id;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::about::About;

/// What a unit of work writes into the trail.
#[derive(Default)]
pub struct Notes {
    /// The greatest identity in the trail, once it is known.
    latest: Cell<Option<i64>>,
}

impl Notes {
    /// Writes an event down. Its identity follows the greatest one inside the transaction: two
    /// processes with a generator each would hand out the same ones in the same millisecond.
    pub fn write(&self, tx: &dyn Tx, now: Timestamp, event: AuditEvent, about: About) -> Result<()> {
        let latest = match self.latest.get() {
            Some(latest) => latest,
            None => tx.one("SELECT coalesce(max(id), 0) FROM audit", &[], |row| row.get())?,
        };
        let id = id::first_at(now).max(latest + 1);
        self.latest.set(Some(id));
        let sql = "INSERT INTO audit (id, tenant, event, challenge, recipient, origin, operator) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let client_ip = about.client_ip.map(|ip| ip.to_string());
        let (event, client_ip) = (event.as_str(), client_ip.as_deref());
        tx.later(
            sql,
            with![id, about.tenant, event, about.challenge, about.recipient, client_ip, about.operator],
        )
    }
}
