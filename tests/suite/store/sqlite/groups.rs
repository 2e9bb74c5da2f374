//! Group commit: operations that share a transaction must not share its fate.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use otpmint::domain::challenges::challenge::Binding;
use otpmint::domain::id::TenantId;
use otpmint::domain::limits::limit::LimitHit;
use otpmint::domain::policy::GrantedLimits;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::CodeHash;
use otpmint::store::{Attempt, Decision, Judge, NewTenant, StoreError, Verb};

use crate::store::world::{JANE, JOE, KEEP, RIGHT, WRONG, World, at, attempt, deadline};

/// Keeps the writer busy until released, so that the following operations form one group.
struct Gate(Receiver<()>);

impl Judge for Gate {
    fn admit(&self, _: TenantId, _: &GrantedLimits) -> Result<(), LimitHit> {
        Ok(())
    }

    fn hash(&self, _: u32, _: &Binding) -> Option<CodeHash> {
        // Dropping the sender releases it as well.
        let _ = self.0.recv();
        None
    }
}

/// Counts its calls, and panics on request.
struct Counted {
    asked: Arc<AtomicU32>,
    panics: Option<&'static str>,
}

impl Judge for Counted {
    fn admit(&self, _: TenantId, _: &GrantedLimits) -> Result<(), LimitHit> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn hash(&self, _: u32, _: &Binding) -> Option<CodeHash> {
        if let Some(reason) = self.panics {
            panic!("{reason}");
        }
        Some(RIGHT)
    }
}

/// Blocks the writer. It continues when both are dropped.
async fn hold(world: &World, tenant: TenantId) -> (Sender<()>, Verb<'_, Decision>) {
    let id = world.open(tenant, JOE, at(0)).await;
    let (open, gate) = channel();
    let judge = Box::new(Gate(gate));
    (open, world.store.record_attempt(Attempt { judge, ..attempt(id, WRONG, at(0)) }))
}

/// A write that fails: its handle is taken.
fn doomed(world: &World, taken: &NewTenant) -> NewTenant {
    let mut new = NewTenant { key: world.new_key(99), ..world.new_tenant(99) };
    new.tenant.handle = taken.tenant.handle.clone();
    new
}

#[tokio::test]
async fn one_failing_operation_of_a_group_does_not_fail_the_others() {
    let world = World::new();
    let new = world.new_tenant(1);
    let tenant = new.tenant.id;
    world.store.add_tenant(new.clone()).await.unwrap();
    let (before, after) = (world.open(tenant, JANE, at(0)).await, world.open(tenant, JANE, at(0)).await);
    let (gate, held) = hold(&world, tenant).await;
    let first = world.store.record_attempt(attempt(before, RIGHT, at(1)));
    let failing = world.store.add_tenant(doomed(&world, &new));
    let last = world.store.record_attempt(attempt(after, WRONG, at(1)));
    drop(gate);
    held.await.unwrap();
    assert!(matches!(first.await, Ok(Decision::Verified(_))));
    assert_eq!(failing.await, Err(StoreError::Unavailable));
    assert_eq!(last.await, Ok(Decision::Mismatched { attempts_remaining: 4 }));
    assert_eq!(world.find(tenant, after).await.standing.attempts, 1, "counted once in spite of two runs");
}

#[tokio::test]
async fn a_sweep_in_a_group_that_failed_skips_nothing() {
    let world = World::new();
    let new = world.new_tenant(1);
    let tenant = new.tenant.id;
    world.store.add_tenant(new.clone()).await.unwrap();
    let id = world.open(tenant, JANE, at(0)).await;
    let (gate, held) = hold(&world, tenant).await;
    let sweep = world.store.sweep(deadline(), KEEP);
    let failing = world.store.add_tenant(doomed(&world, &new));
    drop(gate);
    held.await.unwrap();
    assert_eq!(sweep.await.unwrap().expired, 2);
    assert_eq!(failing.await, Err(StoreError::Unavailable));
    let status = world.status(tenant, id).await;
    assert_eq!(status, otpmint::domain::challenges::challenge::ChallengeStatus::Expired);
}

#[tokio::test]
async fn an_answer_is_admitted_once_however_often_its_group_runs() {
    let world = World::new();
    let new = world.new_tenant(1);
    let tenant = new.tenant.id;
    world.store.add_tenant(new.clone()).await.unwrap();
    let id = world.open(tenant, JANE, at(0)).await;
    let asked = Arc::new(AtomicU32::new(0));
    let (gate, held) = hold(&world, tenant).await;
    let judge = Box::new(Counted { asked: Arc::clone(&asked), panics: None });
    let answer = world.store.record_attempt(Attempt { judge, ..attempt(id, RIGHT, at(1)) });
    let failing = world.store.add_tenant(doomed(&world, &new));
    drop(gate);
    held.await.unwrap();
    assert!(matches!(answer.await, Ok(Decision::Verified(_))));
    failing.await.unwrap_err();
    assert_eq!(asked.load(Ordering::Relaxed), 1, "each admission takes from the tenant's rate");
}

#[tokio::test]
async fn a_panic_in_one_operation_costs_nobody_else_anything() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let judge = Box::new(Counted { asked: Arc::default(), panics: Some("on purpose") });
    let answer = world.store.record_attempt(Attempt { judge, ..attempt(id, RIGHT, at(1)) });
    assert_eq!(answer.await, Err(StoreError::Unavailable));
    assert_eq!(world.find(tenant, id).await.standing.attempts, 0);
    assert!(matches!(world.attempt(id, RIGHT, at(2)).await, Decision::Verified(_)));
}

#[tokio::test]
async fn what_was_queued_is_done_though_its_caller_has_gone() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let open = world.challenge(tenant, JANE, at(0));
    let id = open.binding.challenge;
    drop(world.store.issue(open.into()));
    world.store.release_deliveries(at(1)).await.unwrap();
    assert_eq!(world.find(tenant, id).await.id, id);
}

#[tokio::test]
async fn beyond_a_full_queue_callers_are_told_to_come_back() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (gate, held) = hold(&world, tenant).await;
    let waiting: Vec<_> = (0..20_000)
        .map(|_| {
            world.store.clear_recipient(tenant, JANE, "j***@e***.com".to_owned(), Actor::default(), at(0))
        })
        .collect();
    drop(gate);
    held.await.unwrap();
    let (mut done, mut busy) = (0, 0);
    for answer in waiting {
        match answer.await {
            Ok(_) => done += 1,
            Err(error) => {
                assert_eq!(error, StoreError::Busy);
                busy += 1;
            }
        }
    }
    assert!(done >= 8_000 && busy >= 8_000, "{done} done, {busy} busy");
}

#[tokio::test]
async fn an_operation_that_cannot_be_does_not_make_the_store_unhealthy() {
    let world = World::new();
    let new = world.new_tenant(1);
    world.store.add_tenant(new.clone()).await.unwrap();
    world.store.add_tenant(doomed(&world, &new)).await.unwrap_err();
    assert!(world.store.is_healthy());
}

#[tokio::test]
async fn an_attempt_whose_caller_has_gone_before_it_was_begun_is_not_made() {
    let world = World::new();
    let new = world.new_tenant(1);
    let tenant = new.tenant.id;
    world.store.add_tenant(new).await.unwrap();
    let id = world.open(tenant, JANE, at(0)).await;
    let (gate, held) = hold(&world, tenant).await;
    drop(world.store.record_attempt(attempt(id, RIGHT, at(1))));
    let last = world.store.record_attempt(attempt(id, WRONG, at(1)));
    drop(gate);
    held.await.unwrap();
    assert_eq!(last.await, Ok(Decision::Mismatched { attempts_remaining: 4 }));
    assert_eq!(world.find(tenant, id).await.standing.attempts, 1);
}
