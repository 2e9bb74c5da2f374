//! Recording what providers report about messages that they have accepted.

use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::provider_report::{Fate, ProviderReport, ReportOutcome, ReportedMessage};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::reports::audit::AuditEvent;
use crate::domain::tenants::route::RouteHandle;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::store::sql::audit::About;
use crate::store::sql::challenges::fallbacks;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldChallenge;
use crate::store::sql::reports::counter::Counter;
use crate::store::sql::row::Row;
use crate::store::sql::rows::Extent;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::sql::webhooks::events;

/// A message that was sent.
pub struct SentMessage {
    pub challenge: ChallengeId,
    number: u8,
}

/// Returns the owner of a message that has ended, if it went over this route.
pub fn owner(tx: &dyn Tx, message: (ChallengeId, u8), route: &RouteHandle) -> Result<Option<TenantId>> {
    let sql = "SELECT tenant FROM deliveries WHERE challenge = ?1 AND message = ?2 AND route = ?3";
    tx.first(sql, with![message.0, message.1, route.as_str()], |row| row.get())
}

/// Returns the message that a report is about, if it went over the report's route.
pub fn find(tx: &dyn Tx, report: &ProviderReport) -> Result<Option<SentMessage>> {
    let route = report.route.as_str();
    let read = |row: &mut Row| Ok(SentMessage { challenge: row.get()?, number: row.get()? });
    match &report.message {
        ReportedMessage::Sent { challenge, number } => {
            let sql = "SELECT challenge, message FROM deliveries WHERE challenge = ?1 AND message = ?2 AND route = ?3";
            tx.first(sql, with![*challenge, *number, route], read)
        }
        ReportedMessage::Accepted { tenant, id } => {
            let sql = "SELECT challenge, message FROM deliveries \
                       WHERE provider_id = ?1 AND route = ?2 AND tenant = ?3";
            tx.first(sql, with![id.as_str(), route, *tenant], read)
        }
    }
}

/// Records the fate of a message whose acceptance is the last that is known of it.
pub fn record(
    group: &Group,
    message: &SentMessage,
    (fate, code): (Fate, Option<u32>),
    now: Timestamp,
) -> Result<ReportOutcome> {
    let sql = "UPDATE deliveries SET status = ?3, at = ?4, error = ?5, reply_status = COALESCE(?7, reply_status) \
               WHERE challenge = ?1 AND message = ?2 AND status = ?6";
    let (status, error) = (fate.status().as_str(), fate.error().map(DeliveryError::as_str));
    let (sent, code) = (DeliveryStatus::Sent.as_str(), code.map(|code| code.to_string()));
    let (id, number) = (message.challenge, message.number);
    let changed = group.change(sql, with![id, number, status, now, error, sent, code.as_deref()])?;
    if changed == 0 {
        return Ok(ReportOutcome::Nothing);
    }
    if let Some(challenge) = group.challenge(message.challenge)? {
        // A recipient that was withdrawn from an asking page took its message along.
        let is_latest = challenge.get().sends == message.number && challenge.get().shown.to.is_some();
        count(group, &challenge, fate);
        if is_latest {
            tell(group, &challenge, fate, now)?;
        }
    }
    Ok(ReportOutcome::Changed)
}

/// What was counted as sent stays so: it was sent, and paid for.
fn count(group: &Group, challenge: &HeldChallenge, fate: Fate) {
    let counter = match fate {
        Fate::Delivered => Counter::Delivered,
        Fate::Failed => Counter::Failed(DeliveryError::NotArrived),
    };
    group.count(challenge.get().cell, counter, 1);
}

/// Shows the fate of the latest message with its challenge, and tells the tenant.
fn tell(group: &Group, challenge: &HeldChallenge, fate: Fate, now: Timestamp) -> Result<()> {
    challenge.change(Extent::Course).delivered(fate.status(), Some(now), fate.error());
    let kind = match fate {
        Fate::Delivered => {
            fallbacks::cancel(&**group, &challenge.get())?;
            EventKind::DeliveryDelivered
        }
        Fate::Failed => {
            fallbacks::after_failure(group, challenge, now)?;
            let row = challenge.get();
            let recipient = Some(row.shown.to.as_deref().unwrap_or_default());
            let (tenant, id) = (Some(row.tenant), Some(row.shown.id));
            let about = About { tenant, challenge: id, recipient, ..About::default() };
            group.note(now, AuditEvent::DeliveryFailed, about)?;
            EventKind::DeliveryFailed
        }
    };
    events::queue_event(group, challenge, kind, now)
}
