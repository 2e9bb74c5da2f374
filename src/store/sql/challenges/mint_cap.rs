//! The cap on what a tenant mints within an hour and within a day: against whoever makes an app mint for very many
//! people, to guess at all of them.

use crate::domain::id::TenantId;
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::phone::fraud::alarm::cap_snapshot;
use crate::domain::phone::fraud::rules::Budget;
use crate::domain::phone::fraud::trail::Mark;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::store::sql::audit::About;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::hold::HeldTally;
use crate::store::sql::webhooks::events;

/// The mark of the row that counts a tenant's mints, among those of countries.
const MINTS: Mark = *b"(m)";

/// What is counted for a cap. Without one nothing is, so that the mints of a tenant do not wait for each other.
pub struct CappedMints(Option<(HeldTally, Budget)>);

impl CappedMints {
    /// Returns what is counted for the tenant, if it has a cap.
    pub fn of(group: &Group, tenant: TenantId, cap: Budget) -> Result<Self> {
        let held = (!cap.is_none()).then(|| group.tally(tenant, MINTS)).transpose()?;
        Ok(Self(held.map(|held| (held, cap))))
    }

    /// Returns the refusal, if there is one. The tenant is told when it begins, and once an hour.
    pub fn check(&self, group: &Group, tenant: TenantId, now: Timestamp) -> Result<Option<LimitHit>> {
        let Some((held, cap)) = &self.0 else { return Ok(None) };
        let wait = held.get().tally.over_budget(*cap, now);
        let Some(retry_after) = wait else { return Ok(None) };
        if held.change(()).tally.refuse(now) {
            group.note(now, AuditEvent::MintsCapped, About { tenant: Some(tenant), ..About::default() })?;
            let snapshot = {
                let row = held.get();
                cap_snapshot(row.tally.of_an_hour(now), row.tally.of_a_day(now), *cap)
            };
            events::queue_tenant_event(group, tenant, EventKind::MintsCapped, &snapshot, now)?;
        }
        Ok(Some(LimitHit { limit: Limit::MintCap, retry_after }))
    }

    /// Counts a mint.
    pub fn record(&self, now: Timestamp) {
        if let Some((held, _)) = &self.0 {
            held.change(()).tally.record_send(now);
        }
    }
}
