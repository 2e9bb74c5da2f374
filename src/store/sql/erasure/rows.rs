//! Erasing the rows of a person.

use std::collections::BTreeSet;

use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::limits::counters::RecipientCounters;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::secret::{RecipientIndex, RequestDigest};
use crate::domain::time::Timestamp;
use crate::store::sql::audit::About;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::{ErasedRows, Erasure};

/// Erases an answer that is kept for a repeated request. The request stays known, so that a repetition mints nothing.
pub fn answer(tx: &dyn Tx, tenant: TenantId, key: RequestDigest) -> Result<()> {
    let sql = "UPDATE idempotency SET response = NULL, receipt = NULL, receipt_until = NULL, holder = NULL, \
               held_until = NULL WHERE tenant = ?1 AND key = ?2";
    tx.later(sql, with![tenant, &key])
}

/// Deletes a challenge that has ended, and what belongs to it.
pub fn challenge(tx: &dyn Tx, tenant: TenantId, id: ChallengeId, erased: &mut ErasedRows) -> Result<()> {
    let delete = |sql: &str| tx.change(sql, with![tenant, id]);
    // What there is only while it is pending, if it became so again: nothing would ever remove it.
    delete("DELETE FROM outbox WHERE tenant = ?1 AND challenge = ?2")?;
    delete("DELETE FROM fallbacks WHERE tenant = ?1 AND challenge = ?2")?;
    erased.results += delete("DELETE FROM results WHERE tenant = ?1 AND challenge = ?2")?;
    erased.challenges += delete("DELETE FROM challenges WHERE tenant = ?1 AND id = ?2")?;
    erased.deliveries += delete("DELETE FROM deliveries WHERE tenant = ?1 AND challenge = ?2")?;
    Ok(())
}

/// Erases what names the person or the person's challenges beside counters, and records the erasure.
///
/// The counters stay until their windows end: without them, whoever erases would have as many guesses and messages
/// again.
pub fn finish(group: &Group, erasure: &Erasure, now: Timestamp) -> Result<usize> {
    let person = &erasure.person;
    let mut messages = 0;
    for index in &person.indexes {
        let sql = "DELETE FROM sandbox_mails WHERE tenant = ?1 AND recipient = ?2";
        messages += group.change(sql, with![person.tenant, index])?;
        forget(group, (person.tenant, *index), &erasure.challenges)?;
    }
    for factor in &person.factors {
        let sql = "DELETE FROM factor_results WHERE tenant = ?1 AND factor = ?2";
        group.later(sql, with![person.tenant, factor.as_str()])?;
    }
    let about = About { recipient: Some(&person.hint), ..About::tenant(person.tenant, &erasure.by) };
    group.note(now, AuditEvent::RecipientErased, about)?;
    Ok(messages)
}

/// Removes challenges from the latest ones of a recipient.
fn forget(
    group: &Group,
    (tenant, index): (TenantId, RecipientIndex),
    challenges: &BTreeSet<ChallengeId>,
) -> Result<()> {
    let held = group.recipient(tenant, index)?;
    let names_any = |counters: &RecipientCounters| counters.latest.iter().any(|id| challenges.contains(id));
    if held.get().counters().is_some_and(names_any) {
        let mut row = held.change(());
        let counters = row.counters_mut();
        counters.latest.retain(|id| !challenges.contains(id));
        if *counters == RecipientCounters::default() {
            row.take();
        }
    }
    Ok(())
}
