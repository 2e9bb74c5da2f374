//! One delivery: what happened, when and why.

use askama::Template;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::deliveries::history::DeliveryHistory;
use crate::domain::reports::audit::{AuditEvent, AuditPage, AuditRow};
use crate::domain::time::Timestamp;
use crate::service::Reported;

use super::deliveries::tone;
use super::report_scope::{ReportScope, TENANTS};
use super::tenant_cell::TenantCell;
use super::words::{moment, plain};

#[derive(Template)]
#[template(path = "console/delivery.html")]
struct DeliveryDetailPage<'a> {
    base: &'a str,
    key: &'a str,
    facts: Vec<(&'static str, String)>,
    status: &'static str,
    tone: &'static str,
    moments: Vec<Moment>,
    /// What can be done for the recipient.
    help: Option<Help>,
}

/// What whoever may help a user finds on the page.
struct Help {
    form_token: String,
    /// The path of the tenant's pages.
    tenant: String,
    /// Whether the code can be sent again.
    is_pending: bool,
}

/// An event in the past or the future.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Moment {
    at: Timestamp,
    what: String,
    /// How to mark it.
    why: Option<&'static str>,
    tone: &'static str,
}

impl Moment {
    fn new(at: Timestamp, what: impl Into<String>) -> Self {
        Self { at, what: what.into(), why: None, tone: "plain" }
    }

    fn sent(at: Timestamp) -> Self {
        Self { tone: "good", ..Self::new(at, "Accepted by the mail server or provider") }
    }

    fn failed(at: Timestamp, what: &str, reason: DeliveryError) -> Self {
        let what = format!("{what}: {}", plain(reason.as_str()));
        Self { why: Some(reason.advice()), tone: "bad", ..Self::new(at, what) }
    }

    /// For machines and for readers.
    fn time(&self) -> (String, String) {
        (self.at.to_string(), moment(self.at))
    }
}

/// The page of the challenge with this shareable key; with a token for forms for whoever may help its recipient.
pub(crate) fn render(
    (scope, form_token): (&ReportScope, Option<String>),
    key: &str,
    reported: &Reported<DeliveryHistory>,
    now: Timestamp,
) -> Result<String, askama::Error> {
    let history = &reported.found;
    let challenge = &history.row.challenge;
    let status = challenge.delivery.unwrap_or(DeliveryStatus::Queued);
    let tenant = TenantCell::of(reported.tenants.get(&history.row.tenant));
    let standing = challenge.standing.status_at(now);
    let base = &scope.base;
    let pages = match scope.all && !tenant.handle.is_empty() {
        true => format!("{TENANTS}/{}", tenant.handle),
        false => base.clone(),
    };
    let help = form_token.map(|form_token| Help {
        form_token,
        tenant: pages,
        is_pending: standing == ChallengeStatus::Pending && !challenge.id.is_relayed(),
    });
    let facts = vec![
        ("Tenant", tenant.name),
        ("To", challenge.to.clone().unwrap_or_default()),
        ("Channel", challenge.channel.as_str().to_owned()),
        ("Purpose", challenge.purpose.as_str().to_owned()),
        ("Challenge", standing.as_str().to_owned()),
        ("Tries that failed", history.tries.iter().filter(|one| one.failed.is_some()).count().to_string()),
    ];
    DeliveryDetailPage {
        base,
        key,
        facts,
        status: status.as_str(),
        tone: tone(status),
        moments: moments(history, now),
        help,
    }
    .render()
}

#[derive(Template)]
#[template(path = "console/former_delivery.html")]
struct FormerDeliveryPage<'a> {
    base: &'a str,
    key: &'a str,
    tenant: TenantCell,
    moments: Vec<Moment>,
}

/// The page of a challenge whose row is deleted: what the audit trail has of it, in order of time.
pub(crate) fn former(
    scope: &ReportScope,
    key: &str,
    trail: &Reported<AuditPage>,
) -> Result<String, askama::Error> {
    let rows = &trail.found.rows;
    let tenant = rows.first().and_then(|row| row.tenant).and_then(|id| trail.tenants.get(&id));
    let told = |row: &AuditRow| noted(row).unwrap_or_else(|| Moment::new(row.at, plain(&row.event)));
    let moments = rows.iter().rev().map(told).collect();
    FormerDeliveryPage { base: &scope.base, key, tenant: TenantCell::of(tenant), moments }.render()
}

/// Everything that is known, in order of time.
fn moments(history: &DeliveryHistory, now: Timestamp) -> Vec<Moment> {
    let challenge = &history.row.challenge;
    let mut moments: Vec<Moment> = history.audit.iter().filter_map(noted).collect();
    moments.extend(history.tries.iter().map(|one| match one.failed {
        None => Moment::sent(one.at),
        Some(reason) => Moment::failed(one.at, "A try failed", reason),
    }));
    moments.extend(latest(history));
    if challenge.standing.status_at(now) == ChallengeStatus::Expired {
        moments.push(Moment::new(challenge.standing.expires_at, "The code expired"));
    }
    // The sort is stable: events of the same millisecond stay in the order of their sources.
    moments.sort_by_key(|moment| moment.at);
    if let Some(waiting) = history.waiting {
        moments.push(match waiting.due_at {
            Some(due_at) => Moment { tone: "waits", ..Moment::new(due_at, "The next try is due") },
            None => Moment { tone: "waits", ..Moment::new(now, "Being sent, or next in its lane") },
        });
    }
    moments
}

/// How the latest message ended.
fn latest(history: &DeliveryHistory) -> Option<Moment> {
    let challenge = &history.row.challenge;
    let at = challenge.delivery_at?;
    match challenge.delivery? {
        DeliveryStatus::Queued => None,
        DeliveryStatus::Sent => Some(Moment::sent(at)),
        DeliveryStatus::Delivered => {
            Some(Moment { tone: "good", ..Moment::new(at, "Reported to have arrived") })
        }
        DeliveryStatus::Failed => {
            let reason = challenge.delivery_error.unwrap_or(DeliveryError::Canceled);
            Some(Moment::failed(at, "Not sent", reason))
        }
    }
}

/// The events of the audit trail. A failed message is left out, because its own end says more.
fn noted(row: &AuditRow) -> Option<Moment> {
    let what = match AuditEvent::parse(&row.event) {
        Some(AuditEvent::DeliveryFailed) => return None,
        Some(AuditEvent::Minted) => "Minted, and its message queued".to_owned(),
        Some(AuditEvent::Relayed) => "Relayed, and its message queued".to_owned(),
        Some(AuditEvent::Resent) => "Asked for again, and queued".to_owned(),
        Some(AuditEvent::Verified) => {
            return Some(Moment { tone: "good", ..Moment::new(row.at, "The right code was given") });
        }
        Some(AuditEvent::Mismatched) => "A wrong code was given".to_owned(),
        Some(AuditEvent::Exhausted) => "A wrong code was given, and it was the last attempt".to_owned(),
        Some(AuditEvent::Canceled) => "Called off".to_owned(),
        Some(AuditEvent::LockedOut) => "The recipient was locked out".to_owned(),
        _ => plain(&row.event),
    };
    Some(Moment::new(row.at, what))
}

#[cfg(test)]
mod tests;
