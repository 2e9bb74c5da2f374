//! Counting wrong answers for each tenant and hour of minting: added up in memory, and written once per transaction to
//! rows that no other lane writes. A mint, and a right answer that no wrong one came before, write nothing here.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::domain::id::{self, ChallengeId, TenantId};
use crate::domain::spray::answers::{Answers, HOUR, HOURS};
use crate::domain::time::Timestamp;
use crate::store::sql::failed::Result;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;

/// Counts that are not written yet, by tenant and hour.
#[derive(Default)]
pub struct PendingGuesses(RefCell<BTreeMap<(TenantId, i64), Answers>>);

impl PendingGuesses {
    pub fn add(&self, (tenant, challenge): (TenantId, ChallengeId), answers: Answers) {
        if answers == Answers::default() {
            return;
        }
        let minted_at = id::moment(challenge.0);
        *self.0.borrow_mut().entry((tenant, hour_of(minted_at))).or_default() += answers;
    }

    /// Writes the counts, in the order of tenants and hours, to the rows of `lane`.
    pub fn write(self, tx: &dyn Tx, lane: i64) -> Result<()> {
        let sql = "INSERT INTO guesses (tenant, hour, lane, exhausted, wrong, explained, recipients, luck) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
                   ON CONFLICT (tenant, hour, lane) DO UPDATE SET \
                   exhausted = guesses.exhausted + excluded.exhausted, wrong = guesses.wrong + excluded.wrong, \
                   explained = guesses.explained + excluded.explained, \
                   recipients = guesses.recipients + excluded.recipients, luck = guesses.luck + excluded.luck";
        for ((tenant, hour), counted) in self.0.into_inner() {
            let Answers { exhausted, wrong, explained, recipients, luck, .. } = counted;
            tx.later(sql, with![tenant, hour, lane, exhausted, wrong, explained, recipients, luck.0])?;
        }
        Ok(())
    }
}

pub(super) fn hour_of(now: Timestamp) -> i64 {
    now.as_millis().div_euclid(HOUR)
}

/// Forgets what was counted for a tenant.
pub(super) fn forget(tx: &dyn Tx, tenant: TenantId) -> Result<()> {
    tx.later("DELETE FROM guesses WHERE tenant = ?1", with![tenant])
}

/// Deletes at most `limit` rows of hours that nobody looks at any more.
pub fn delete_old(tx: &dyn Tx, now: Timestamp, limit: usize) -> Result<usize> {
    let sql = "DELETE FROM guesses WHERE (tenant, hour, lane) IN \
               (SELECT tenant, hour, lane FROM guesses WHERE hour < ?1 ORDER BY hour LIMIT ?2)";
    tx.change(sql, with![hour_of(now) - HOURS - 1, limit])
}
