//! Writing to the audit trail.

use crate::domain::reports::audit::AuditEvent;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

use super::about::About;

/// Records an event under the identity `id`, which encodes when it happened.
pub fn note(tx: &dyn Tx, id: i64, event: AuditEvent, about: About) -> Result<()> {
    let sql = "INSERT INTO audit (id, tenant, event, challenge, recipient, client_ip, actor, object) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let actor = about.by.and_then(|by| by.author.word());
    let client_ip = about.by.and_then(|by| by.client_ip).map(|ip| ip.to_string());
    let (event, actor, client_ip) = (event.as_str(), actor.as_deref(), client_ip.as_deref());
    let About { tenant, challenge, recipient, object, .. } = about;
    tx.later(sql, with![id, tenant, event, challenge, recipient, client_ip, actor, object])
}
