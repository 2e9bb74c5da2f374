//! Changes under conditions: every verb can be asked for under them, and none knows of it.

use crate::domain::challenges::idempotency::RequestOutcome;
use crate::domain::conditions::{Precondition, Subject};
use crate::domain::id::TenantId;
use crate::store::{Conditions, OnceRequest, StoreError};

use super::challenges::idempotency;
use super::failed::Result;
use super::group::Group;
use super::tenants::latest_mail;
use super::value::with;

/// Runs an operation if its conditions hold, and records what came of it. That a condition does not hold is a
/// value: an error would make the whole batch run again.
pub fn carry_out<T>(
    group: &Group,
    conditions: &Conditions,
    run: impl FnOnce(&Group) -> Result<T>,
) -> Result<Result<T, StoreError>> {
    if let Some(request) = &conditions.request
        && idempotency::is_taken(group, request.tenant, Some(&request.once), request.now)?
    {
        return Ok(Err(StoreError::Repeated));
    }
    if let Some(precondition) = &conditions.precondition
        && !is_met(group, precondition)?
    {
        return Ok(Err(StoreError::Unmet));
    }
    group.begin_story();
    let value = run(group)?;
    if let Some(request) = &conditions.request {
        remember(group, request)?;
    }
    Ok(Ok(value))
}

fn remember(group: &Group, request: &OnceRequest) -> Result<()> {
    let OnceRequest { tenant, once, outcome, now } = request;
    let story = group.story();
    match story.made.map(RequestOutcome::Made).or_else(|| outcome.clone()) {
        Some(outcome) if story.has_changed => {
            idempotency::remember(group, *tenant, Some(once), outcome, *now)
        }
        _ => Ok(()),
    }
}

fn is_met(group: &Group, precondition: &Precondition) -> Result<bool> {
    let Precondition { tenant, subject, expected } = precondition;
    Ok(match revision(group, *tenant, subject)? {
        None if !subject.is_made_by_changes() => true,
        found => expected.is_met(found),
    })
}

/// Stands for the revision of what has none: no tag names it.
const UNTAGGED: i64 = i64::MIN;

/// Returns the revision of a subject, if it exists.
fn revision(group: &Group, tenant: TenantId, subject: &Subject) -> Result<Option<i64>> {
    let (sql, name) = match subject {
        Subject::Tenant => ("SELECT revision FROM tenants WHERE id = ?1", None),
        Subject::Key(key) => {
            ("SELECT revision FROM secret_keys WHERE tenant = ?1 AND handle = ?2", Some(key.as_str()))
        }
        Subject::Webhook(webhook) => {
            ("SELECT revision FROM webhooks WHERE tenant = ?1 AND handle = ?2", Some(webhook.as_str()))
        }
        Subject::Factor(factor) => {
            ("SELECT revision FROM factors WHERE tenant = ?1 AND handle = ?2", Some(factor.as_str()))
        }
        Subject::Hook(product) => {
            ("SELECT id FROM hooks WHERE tenant = ?1 AND product = ?2", Some(product.as_str()))
        }
        Subject::SandboxMails => return latest_mail::latest(&**group, tenant).map(Some),
        Subject::Template(template) => {
            let sql = "SELECT revision FROM templates \
                       WHERE tenant = ?1 AND purpose = ?2 AND locale = ?3 AND medium = ?4";
            let (purpose, locale) = (template.purpose.as_str(), template.locale.as_str());
            return group
                .first(sql, with![tenant, purpose, locale, template.medium.as_str()], |row| row.get());
        }
        Subject::Challenge(id) => {
            let found = group.challenge_of(tenant, *id)?;
            return Ok(found.map(|held| held.get().shown.revision()));
        }
        Subject::PhoneBlock => return Ok(Some(UNTAGGED)),
    };
    match name {
        Some(name) => group.first(sql, with![tenant, name], |row| row.get()),
        None => group.first(sql, with![tenant], |row| row.get()),
    }
}
