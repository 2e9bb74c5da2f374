//! Telling a tenant that most of its budget is spent, or that few codes are entered.

use crate::domain::id::TenantId;
use crate::domain::phone::country::Country;
use crate::domain::phone::fraud::alarm;
use crate::domain::phone::fraud::rules::{Budget, FraudRules};
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldTally;
use crate::store::sql::webhooks::events;

/// Tells the tenant what of a budget is spent, of messages or of calls, if it is time.
pub fn warn(
    group: &Group,
    (tenant, sent): (TenantId, &HeldTally),
    (counts, budget): (&'static str, Budget),
    now: Timestamp,
) -> Result<()> {
    if budget.is_none() {
        return Ok(());
    }
    let due = sent.change(()).tally.warn(budget, now);
    for warning in due {
        count("budget");
        let snapshot = alarm::budget_snapshot(counts, warning);
        events::queue_tenant_event(group, tenant, EventKind::PhoneBudget, &snapshot, now)?;
    }
    Ok(())
}

/// Tells the operator what of the server's budget is spent, if it is time.
pub fn warn_operator(sent: &HeldTally, rules: &FraudRules, now: Timestamp) {
    for warning in sent.change(()).tally.warn(rules.server, now) {
        count("server_budget");
        tracing::warn!(
            period = warning.period,
            used = warning.used,
            budget = warning.of,
            "most of the server's budget of messages to phone numbers is spent"
        );
    }
}

/// Tells the tenant that few codes to a country are entered, if it is time.
pub fn conversion(
    group: &Group,
    (tenant, sent): (TenantId, &HeldTally),
    country: Country,
    rules: &FraudRules,
    now: Timestamp,
) -> Result<()> {
    let due = sent.change(()).tally.alarm(rules.alarm, now);
    let Some(hour) = due else { return Ok(()) };
    count("conversion");
    let snapshot = alarm::conversion_snapshot(country, hour);
    events::queue_tenant_event(group, tenant, EventKind::PhoneConversion, &snapshot, now)
}

fn count(alarm: &'static str) {
    metrics::counter!("otpmint_phone_alarms_total", "alarm" => alarm).increment(1);
}
