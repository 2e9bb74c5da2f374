//! Messages that have ended: one row each.

use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::report::TriedRoute;
use crate::domain::id;
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::rows::{ChallengeRow, QueuedMessage};
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// The end of a message.
#[derive(Clone, Copy)]
pub struct EndedDelivery {
    pub status: DeliveryStatus,
    pub at: Timestamp,
    pub error: Option<DeliveryError>,
}

impl EndedDelivery {
    pub const fn sent(at: Timestamp) -> Self {
        Self { status: DeliveryStatus::Sent, at, error: None }
    }

    pub const fn failed(reason: DeliveryError, at: Timestamp) -> Self {
        Self { status: DeliveryStatus::Failed, at, error: Some(reason) }
    }
}

/// Records how the latest message of a challenge ended. Call it before the recipient is erased.
pub fn keep(
    tx: &dyn Tx,
    challenge: &ChallengeRow,
    queued: &QueuedMessage,
    ended: EndedDelivery,
    tried: Option<&TriedRoute>,
) -> Result<()> {
    let sql = "INSERT INTO deliveries (challenge, message, tenant, recipient, recipient_hint, country, channel, queued_at, \
               tries, log, status, at, error, word, route, reply, reply_status, provider_id, purpose) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";
    let shown = &challenge.shown;
    let (route, reply, reply_status) = words(tried);
    tx.later(
        sql,
        with![
            shown.id,
            challenge.sends,
            challenge.tenant,
            challenge.recipient.as_ref(),
            shown.to.as_deref().unwrap_or_default(),
            challenge.country.as_ref(),
            shown.channel.as_str(),
            queued.queued_at,
            queued.tries,
            queued.log.as_deref(),
            ended.status.as_str(),
            ended.at,
            ended.error.map(DeliveryError::as_str),
            tried.and_then(|tried| tried.word),
            route,
            reply.as_deref(),
            reply_status.as_deref(),
            tried.and_then(|tried| tried.id.as_deref()),
            shown.purpose.as_str(),
        ],
    )
}

/// Records that a message was actually sent, although it had ended with its challenge.
pub fn correct(
    tx: &dyn Tx,
    challenge: &ChallengeRow,
    ended: EndedDelivery,
    tried: Option<&TriedRoute>,
) -> Result<()> {
    let sql = "UPDATE deliveries SET status = ?3, at = ?4, error = ?5, word = NULL, route = ?6, reply = ?7, \
               reply_status = ?8, provider_id = ?9 WHERE challenge = ?1 AND message = ?2";
    let (status, error) = (ended.status.as_str(), ended.error.map(DeliveryError::as_str));
    let (route, reply, reply_status) = words(tried);
    let (reply, reply_status) = (reply.as_deref(), reply_status.as_deref());
    let (id, message) = (challenge.shown.id, challenge.sends);
    let provider_id = tried.and_then(|tried| tried.id.as_deref());
    tx.later(sql, with![id, message, status, ended.at, error, route, reply, reply_status, provider_id])
}

fn words(tried: Option<&TriedRoute>) -> (Option<&str>, Option<String>, Option<String>) {
    let reply = tried.and_then(|tried| tried.reply);
    let status = reply.and_then(|reply| {
        let code = reply.code.map(|code| code.to_string());
        reply.status.map(|status| status.to_string()).or(code)
    });
    (tried.map(|tried| tried.route.as_str()), reply.map(|reply| reply.class.to_string()), status)
}

/// Deletes at most `limit` messages whose challenges were minted before `cutoff`.
pub fn delete_before(tx: &dyn Tx, cutoff: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM deliveries WHERE (challenge, message) IN \
               (SELECT challenge, message FROM deliveries WHERE challenge < ?1 ORDER BY challenge LIMIT ?2)";
    tx.change(sql, with![id::first_at(cutoff), limit])
}
