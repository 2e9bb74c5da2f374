//! The verbs: weighing what was counted, and what somebody orders.

use crate::domain::id::TenantId;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::spray::rules::SprayRules;
use crate::domain::spray::suspicion::{self, Suspicion};
use crate::domain::spray::weigh::weigh;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventKind;
use crate::store::sql::audit::About;
use crate::store::sql::engine::Engine;
use crate::store::sql::failed::Result;
use crate::store::sql::group::Group;
use crate::store::sql::store::SqlStore;
use crate::store::sql::tenants::tenant_row;
use crate::store::sql::tx::Tx;
use crate::store::sql::value::with;
use crate::store::sql::webhooks::events;
use crate::store::{SprayOrder, SprayStore, SuspicionOrder, Verb, Weighed};

use super::{guesses, hours};

impl<E: Engine> SprayStore for SqlStore<E> {
    fn weigh_guesses(&self, tenant: TenantId, rules: SprayRules, now: Timestamp) -> Verb<'_, Weighed> {
        self.write(move |group| weigh_guesses(group, tenant, rules, now))
    }

    fn order_suspicion(&self, order: SuspicionOrder, now: Timestamp) -> Verb<'_, bool> {
        self.write(move |group| follow(group, &order, now))
    }
}

fn weigh_guesses(group: &Group, tenant: TenantId, rules: SprayRules, now: Timestamp) -> Result<Weighed> {
    let calm = Weighed { suspicion: None, budget: rules.budget, rose: None };
    let found = tenant_row::by_id(group, tenant)?;
    let Some(found) = found.filter(|found| found.sandbox_of.is_none()) else { return Ok(calm) };
    let rules = rules.with(&found.settings.spray);
    let former = found.suspicion.as_ref();
    let suspicion = weigh(&hours::of(group, tenant, now)?, former, &rules, now);
    if suspicion.as_ref() != former {
        keep(group, tenant, former, suspicion.as_ref())?;
    }
    let before = former.filter(|former| former.lasts(now)).map(|former| former.level);
    let rose = suspicion.filter(|suspicion| Some(suspicion.level) > before);
    if let Some(suspicion) = &rose {
        group.note(now, AuditEvent::SpraySuspected, About { tenant: Some(tenant), ..About::default() })?;
        let told = suspicion::snapshot(suspicion);
        events::queue_tenant_event(group, tenant, EventKind::SpraySuspected, &told, now)?;
    }
    let rose = rose.map(|suspicion| suspicion.level);
    Ok(Weighed { suspicion, budget: rules.budget, rose })
}

/// Writes what is suspected. The revision of the tenant grows if something else is done from now on.
fn keep(
    tx: &dyn Tx,
    tenant: TenantId,
    former: Option<&Suspicion>,
    suspicion: Option<&Suspicion>,
) -> Result<()> {
    let done = |one: Option<&Suspicion>| one.map(|one| (one.level, one.measures));
    let grown = i64::from(done(former) != done(suspicion));
    // Words and numbers always serialise.
    let column = suspicion.map(|suspicion| serde_json::to_string(suspicion).unwrap_or_default());
    let sql = "UPDATE tenants SET suspicion = ?2, revision = revision + ?3 WHERE id = ?1";
    tx.later(sql, with![tenant, column.as_deref(), grown])
}

fn follow(group: &Group, order: &SuspicionOrder, now: Timestamp) -> Result<bool> {
    let found = tenant_row::by_id(group, order.tenant)?;
    let Some(found) = found.filter(|found| found.sandbox_of.is_none()) else { return Ok(false) };
    let (ordered, event) = match &order.order {
        SprayOrder::UnderAttack(rules) => {
            let rules = rules.with(&found.settings.spray);
            (Some(Suspicion::ordered(&rules, now)), AuditEvent::SprayOrdered)
        }
        SprayOrder::Calm => {
            guesses::forget(group, order.tenant)?;
            (None, AuditEvent::SprayEnded)
        }
    };
    keep(group, order.tenant, found.suspicion.as_ref(), ordered.as_ref())?;
    group.note(now, event, About::tenant(order.tenant, &order.by))?;
    Ok(true)
}
