//! Claiming endpoints that have deliveries due.

use crate::domain::node::Node;
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::tenants::tenant::TenantHandle;
use crate::domain::time::Timestamp;
use crate::domain::trace::TraceContext;
use crate::domain::webhooks::event::EventKind;
use crate::domain::webhooks::webhook::WebhookId;
use crate::store::sql::dialect::{is_active, live_tenant, lock_free};
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::row::Row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{ClaimedWebhook, ClaimedWebhookDelivery};

/// Releases all endpoints that `node` held.
pub fn release(tx: &dyn Tx, node: Node) -> Result<usize> {
    tx.change("UPDATE webhooks SET holder = NULL WHERE holder = ?1", with![node.number()])
}

/// Releases what was claimed and nobody has taken.
pub fn give_back(group: &Group, claimed: &[ClaimedWebhook]) -> Result<()> {
    let release = "UPDATE webhooks SET holder = NULL WHERE id = ?1 AND holder = ?2";
    claimed.iter().try_for_each(|one| group.later(release, with![one.webhook, group.node().number()]))
}

/// Returns whether anything is due. The queues of a disabled tenant and its sandbox wait until the
/// tenant is enabled again.
pub fn any_due(tx: &dyn Tx, now: Timestamp) -> Result<bool> {
    let mut after = None;
    while let Some(webhook) = next_waiting(tx, after)? {
        if due_endpoint(tx, webhook, now)?.is_some() {
            return Ok(true);
        }
        after = Some(webhook);
    }
    Ok(false)
}

/// Claims the endpoints that have waited longest, with some of the due deliveries of each.
pub fn claim(group: &Group, now: Timestamp, limit: usize, each: usize) -> Result<Vec<ClaimedWebhook>> {
    let (mut due, mut after) = (Vec::new(), None);
    while let Some(webhook) = next_waiting(group, after)? {
        due.extend(due_endpoint(group, webhook, now)?);
        after = Some(webhook);
    }
    due.sort_by_key(|(due_at, _)| *due_at);
    due.truncate(limit);
    let mut claimed = Vec::new();
    for (_, endpoint) in due {
        if !is_free(group, endpoint.webhook)? {
            continue;
        }
        let hold = "UPDATE webhooks SET holder = ?2 WHERE id = ?1";
        group.later(hold, with![endpoint.webhook, group.node().number()])?;
        let deliveries = due_deliveries(group, endpoint.webhook, now, each)?;
        claimed.push(ClaimedWebhook { deliveries, ..endpoint });
    }
    Ok(claimed)
}

/// Returns whether no other node has claimed an endpoint meanwhile. None does before the end of the transaction.
fn is_free(group: &Group, webhook: WebhookId) -> Result<bool> {
    let sql = concat!("SELECT 1 FROM webhooks w WHERE w.id = ?1 AND w.holder IS NULL ", lock_free!(w));
    group.has(sql, with![webhook])
}

/// Returns the next endpoint with deliveries that have not ended, from the index of due times.
fn next_waiting(tx: &dyn Tx, after: Option<WebhookId>) -> Result<Option<WebhookId>> {
    let sql = "SELECT webhook FROM webhook_deliveries WHERE webhook > ?1 AND due_at IS NOT NULL \
               ORDER BY webhook LIMIT 1";
    tx.first(sql, with![after.map_or(i64::MIN, |webhook| webhook.0)], |row| row.get())
}

/// Returns an endpoint that is not held, is not paused and has deliveries due, and since when.
fn due_endpoint(
    tx: &dyn Tx,
    webhook: WebhookId,
    now: Timestamp,
) -> Result<Option<(Timestamp, ClaimedWebhook)>> {
    let sql = concat!(
        "SELECT (SELECT min(d.due_at) FROM webhook_deliveries d WHERE d.webhook = w.id AND d.due_at <= ?2), \
         w.id, w.tenant, t.handle, w.url, w.secrets FROM webhooks w JOIN tenants t ON t.id = w.tenant ",
        live_tenant!(),
        " WHERE w.id = ?1 AND w.holder IS NULL AND coalesce(w.paused_until, 0) <= ?2 AND ",
        is_active!()
    );
    let found = tx.first(sql, with![webhook, now], |row| Ok((row.get()?, endpoint(row)?)))?;
    Ok(found.and_then(|(due_at, endpoint): (Option<Timestamp>, _)| due_at.map(|due_at| (due_at, endpoint))))
}

fn endpoint(row: &mut Row) -> Result<ClaimedWebhook> {
    Ok(ClaimedWebhook {
        webhook: row.get()?,
        tenant: row.get()?,
        tenant_handle: row.word(TenantHandle::parse)?,
        url: row.word(OutboundUrl::kept)?,
        secrets: row.get()?,
        deliveries: Vec::new(),
    })
}

fn due_deliveries(
    tx: &dyn Tx,
    webhook: WebhookId,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<ClaimedWebhookDelivery>> {
    let sql = "SELECT event, kind, at, challenge, snapshot, tries, trace_context FROM webhook_deliveries \
               WHERE webhook = ?1 AND due_at <= ?2 ORDER BY due_at, event LIMIT ?3";
    tx.all(sql, with![webhook, now, limit], |row| {
        let (event, kind, at) = (row.get()?, row.word(EventKind::parse)?, row.get()?);
        let (challenge, snapshot) = (row.get()?, row.get()?);
        let (tries, trace_context) = (row.get()?, row.get::<Option<String>>()?);
        let trace_context = trace_context.as_deref().and_then(TraceContext::parse);
        Ok(ClaimedWebhookDelivery { event, kind, at, challenge, snapshot, tries, trace_context })
    })
}
