//! Factors: bounded, guarded, and each code for one use.

use std::time::Duration;

use otpmint::domain::factors::factor::{
    Factor, FactorHandle, FactorId, FactorProof, MAX_OF_IDENTITY, RecoveryCodeId, UNCONFIRMED_FOR,
};
use otpmint::domain::factors::guard::Guard;
use otpmint::domain::factors::shape::TotpShape;
use otpmint::domain::id::TenantId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{IdentityIndex, RecoveryHash, ResultHash, Sealed};
use otpmint::domain::time::Timestamp;
use otpmint::store::{
    CodesReplaced, Compared, FactorAdded, FactorAim, FactorAttempt, FactorChange, FactorDecision,
    FactorJudge, FactorMatch, NewFactor, NewFactorResult, NewRecoveryCode,
};

use crate::store::world::{KEEP, World, at};

const USER: IdentityIndex = IdentityIndex([1; 16]);
const MOVED: IdentityIndex = IdentityIndex([2; 16]);

fn handle(number: u8) -> FactorHandle {
    let last = char::from(b"23456789abcdefgh"[usize::from(number)]);
    FactorHandle::parse(&format!("fct_222222222222222{last}")).unwrap()
}

/// A factor of an identity, which waits to be confirmed.
pub fn new(tenant: TenantId, number: u8, index: IdentityIndex) -> NewFactor {
    let factor = Factor {
        id: FactorId(100 + i64::from(number)),
        handle: handle(number),
        tenant,
        shape: TotpShape::STANDARD,
        secret: Sealed(vec![number; 40]),
        created_at: at(0),
        confirmed_at: None,
        used_at: None,
        last_step: 0,
        guard: Guard::default(),
        recovery_codes: 0,
        revision: 0,
    };
    NewFactor { factor, indexes: vec![index], by: Actor::default(), once: None }
}

fn on(tenant: TenantId, number: u8, now: Timestamp) -> FactorChange {
    FactorChange { tenant, handle: handle(number), now, by: Actor::default() }
}

fn codes(first: u8) -> Vec<NewRecoveryCode> {
    let id = |number: u8| RecoveryCodeId(1_000 + i64::from(number));
    (first..first + 3)
        .map(|number| NewRecoveryCode { id: id(number), hash: RecoveryHash([number; 32]) })
        .collect()
}

/// A judge who finds that an answer matches this.
struct Finds(FactorMatch, bool);

impl FactorJudge for Finds {
    fn knows(&self, secret: &Sealed) -> bool {
        !secret.0.is_empty()
    }

    fn suits(&self, _: &Factor) -> bool {
        self.1
    }

    fn compare(&self, _: &Factor) -> Option<Compared> {
        Some(Compared { matching: self.0.clone(), index: MOVED })
    }
}

pub fn steps(steps: &[i64]) -> FactorMatch {
    FactorMatch::Steps(steps.to_vec())
}

/// A right answer to an active factor, for this step.
pub fn checking(tenant: TenantId, number: u8, step: i64) -> FactorAttempt {
    let judge = Box::new(Finds(steps(&[step]), true));
    FactorAttempt {
        on: on(tenant, number, at(1)),
        aim: FactorAim::Check,
        purpose: None,
        judge,
        once: None,
        result: None,
    }
}

impl World {
    /// An active factor of `tenant`, confirmed with step 5.
    pub async fn confirmed(&self, tenant: TenantId, number: u8) {
        assert_eq!(self.store.add_factor(new(tenant, number, USER)).await.unwrap(), FactorAdded::Added);
        let aim = FactorAim::Confirm(codes(number * 10));
        let decision = self.answered(on(tenant, number, at(0)), aim, steps(&[5])).await;
        assert!(matches!(decision, FactorDecision::Accepted(_, FactorProof::Step(5))), "{decision:?}");
    }

    async fn answered(&self, on: FactorChange, aim: FactorAim, found: FactorMatch) -> FactorDecision {
        let judge = Box::new(Finds(found, true));
        self.store
            .try_factor(FactorAttempt { on, aim, purpose: None, judge, once: None, result: None })
            .await
            .unwrap()
    }

    pub async fn checked(&self, tenant: TenantId, now: Timestamp, found: FactorMatch) -> FactorDecision {
        self.answered(on(tenant, 0, now), FactorAim::Check, found).await
    }

    async fn the_factor(&self, tenant: TenantId) -> Factor {
        self.store.factor(tenant, handle(0)).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn factors_are_bounded_by_identity_whatever_the_key_of_its_index() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    for number in 0..5 {
        let index = if number < 3 { USER } else { MOVED };
        assert_eq!(world.store.add_factor(new(tenant, number, index)).await.unwrap(), FactorAdded::Added);
    }
    let both = vec![MOVED, USER];
    let sixth = NewFactor { indexes: both.clone(), ..new(tenant, 5, MOVED) };
    assert_eq!(world.store.add_factor(sixth).await.unwrap(), FactorAdded::TooMany);
    assert_eq!(world.store.add_factor(new(other, 6, USER)).await.unwrap(), FactorAdded::Added);
    let found = world.store.factors_of(tenant, both).await.unwrap();
    assert_eq!(found.len(), MAX_OF_IDENTITY);
    assert!(found.is_sorted_by_key(|factor| factor.id));
}

#[tokio::test]
async fn a_factor_is_confirmed_once_and_a_step_accepted_once() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    assert_eq!(world.store.add_factor(new(tenant, 0, USER)).await.unwrap(), FactorAdded::Added);
    let early = world.checked(tenant, at(0), steps(&[5])).await;
    assert!(matches!(early, FactorDecision::Unconfirmed), "{early:?}");
    let confirm = || FactorAim::Confirm(codes(0));
    let wrong = world.answered(on(tenant, 0, at(0)), confirm(), steps(&[])).await;
    assert!(matches!(wrong, FactorDecision::Mismatched { attempts_remaining: 4 }), "{wrong:?}");
    let right = world.answered(on(tenant, 0, at(7)), confirm(), steps(&[5, 6])).await;
    let FactorDecision::Accepted(factor, FactorProof::Step(5)) = right else { panic!("{right:?}") };
    assert_eq!(
        (factor.confirmed_at, factor.recovery_codes, factor.guard),
        (Some(at(7)), 3, Guard::default())
    );
    let again = world.answered(on(tenant, 0, at(8)), confirm(), steps(&[6])).await;
    assert!(matches!(again, FactorDecision::AlreadyConfirmed), "{again:?}");
    // The smallest that is greater than the last one.
    let next = world.checked(tenant, at(9), steps(&[4, 6, 7])).await;
    assert!(matches!(next, FactorDecision::Accepted(_, FactorProof::Step(6))), "{next:?}");
    let used = world.checked(tenant, at(10), steps(&[5, 6])).await;
    assert!(matches!(used, FactorDecision::UsedBefore), "{used:?}");
    let strange = world.checked(other, at(11), steps(&[7])).await;
    assert!(matches!(strange, FactorDecision::Unknown), "{strange:?}");
    let kept = world.the_factor(tenant).await;
    assert_eq!((kept.last_step, kept.used_at, kept.guard.in_a_row), (6, Some(at(9)), 0));
    assert_eq!(world.store.factors_of(tenant, vec![MOVED]).await.unwrap().len(), 1, "its index moved");
}

#[tokio::test]
async fn five_wrong_answers_pause_a_factor_and_what_does_not_suit_is_not_counted() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.confirmed(tenant, 0).await;
    let judge = Box::new(Finds(steps(&[]), false));
    let odd = FactorAttempt {
        on: on(tenant, 0, at(1)),
        aim: FactorAim::Check,
        purpose: None,
        judge,
        once: None,
        result: None,
    };
    let odd = world.store.try_factor(odd).await.unwrap();
    assert!(matches!(odd, FactorDecision::Unsuitable), "{odd:?}");
    for left in [4, 3, 2, 1, 0] {
        let wrong = world.checked(tenant, at(1), steps(&[])).await;
        assert!(
            matches!(wrong, FactorDecision::Mismatched { attempts_remaining } if attempts_remaining == left),
            "{wrong:?}"
        );
    }
    let end = at(1) + Duration::from_secs(60);
    let paused = world.checked(tenant, at(2), steps(&[9])).await;
    assert!(matches!(paused, FactorDecision::Paused(until) if until == end), "{paused:?}");
    assert!(matches!(world.checked(tenant, end, steps(&[9])).await, FactorDecision::Accepted(..)));
    assert_eq!(world.the_factor(tenant).await.guard, Guard::default());
}

#[tokio::test]
async fn recovery_codes_are_spent_replaced_and_deleted_with_their_factor() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.confirmed(tenant, 0).await;
    let recover =
        |number: u8| FactorMatch::Recovery(vec![RecoveryHash([99; 32]), RecoveryHash([number; 32])]);
    let right = world.checked(tenant, at(1), recover(2)).await;
    let FactorDecision::Accepted(factor, FactorProof::Recovery(RecoveryCodeId(1_002))) = right else {
        panic!("{right:?}")
    };
    assert_eq!((factor.recovery_codes, factor.last_step), (2, 5));
    assert!(matches!(world.checked(tenant, at(2), recover(2)).await, FactorDecision::Mismatched { .. }));
    let replace = async |number, first| {
        world.store.replace_recovery_codes(on(tenant, number, at(3)), codes(first)).await.unwrap()
    };
    assert_eq!(replace(0, 50).await, CodesReplaced::Replaced);
    assert_eq!(world.the_factor(tenant).await.recovery_codes, 3);
    assert!(matches!(world.checked(tenant, at(4), recover(1)).await, FactorDecision::Mismatched { .. }));
    assert!(matches!(world.checked(tenant, at(4), recover(50)).await, FactorDecision::Accepted(..)));
    assert_eq!(replace(1, 60).await, CodesReplaced::Unknown);
    world.store.add_factor(new(tenant, 1, USER)).await.unwrap();
    assert_eq!(replace(1, 60).await, CodesReplaced::Unconfirmed);
    assert!(world.store.delete_factor(on(tenant, 0, at(5))).await.unwrap());
    assert!(!world.store.delete_factor(on(tenant, 0, at(5))).await.unwrap());
}

#[tokio::test]
async fn only_unconfirmed_factors_are_swept() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.confirmed(tenant, 0).await;
    world.store.add_factor(new(tenant, 1, USER)).await.unwrap();
    let there = async || world.store.factors_of(tenant, vec![USER, MOVED]).await.unwrap().len();
    world.store.sweep(at(0) + UNCONFIRMED_FOR, KEEP).await.unwrap();
    assert_eq!(there().await, 2);
    world.store.sweep(at(1) + UNCONFIRMED_FOR, KEEP).await.unwrap();
    assert_eq!(there().await, 1);
}

#[tokio::test]
async fn a_clock_that_is_set_back_ends_no_use_and_no_pause_lies_ahead() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.confirmed(tenant, 0).await;
    let later = at(0) + Duration::from_secs(86_400);
    let step = |moment: Timestamp| moment.as_millis() / 30_000;
    let right = world.checked(tenant, later, steps(&[step(later)])).await;
    assert!(matches!(right, FactorDecision::Accepted(..)), "{right:?}");
    for _ in 0..5 {
        world.checked(tenant, later, steps(&[])).await;
    }
    world.store.sweep(later, KEEP).await.unwrap();
    world.store.set_back(at(0), Actor::default()).await.unwrap();
    let kept = world.the_factor(tenant).await;
    assert_eq!((kept.last_step, kept.guard.pause_at(at(0))), (step(at(0)) + 1, None));
    let used = world.checked(tenant, at(0), steps(&[step(at(0)), step(at(0)) + 1])).await;
    assert!(matches!(used, FactorDecision::UsedBefore), "{used:?}");
    let next = world.checked(tenant, at(30_000), steps(&[step(at(0)) + 2])).await;
    assert!(matches!(next, FactorDecision::Accepted(..)), "{next:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_wrong_answers_at_once_five_are_evaluated() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.confirmed(tenant, 0).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..32 {
        let store = world.store.clone();
        let found = if number % 2 == 0 { steps(&[]) } else { steps(&[5]) };
        let (on, judge) = (on(tenant, 0, at(1)), Box::new(Finds(found, true)));
        tasks.spawn(async move {
            store
                .try_factor(FactorAttempt {
                    on,
                    aim: FactorAim::Check,
                    purpose: None,
                    judge,
                    once: None,
                    result: None,
                })
                .await
                .unwrap()
        });
    }
    let decisions = tasks.join_all().await;
    let wrong = decisions.iter().filter(|decision| matches!(decision, FactorDecision::Mismatched { .. }));
    assert_eq!(wrong.count(), 5, "{decisions:?}");
    let paused = decisions.iter().filter(|decision| matches!(decision, FactorDecision::Paused(_))).count();
    assert!(paused >= 11, "{decisions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_of_a_page_is_recorded_with_the_right_answer_and_taken_once_by_its_tenant() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    world.store.add_factor(new(tenant, 0, USER)).await.unwrap();
    let hosted = world.store.hosted_factor(FactorId(100)).await.unwrap().expect("a factor");
    assert_eq!((hosted.0.id, hosted.1.handle), (tenant, handle(0)));
    assert!(world.store.hosted_factor(FactorId(101)).await.unwrap().is_none());
    let hash = ResultHash([7; 32]);
    let result = Some(NewFactorResult { hash, expires_at: at(100) });
    for (found, at_once) in [(steps(&[]), 0), (steps(&[5]), 1)] {
        let judge = Box::new(Finds(found, true));
        let aim = FactorAim::Confirm(codes(0));
        let attempt =
            FactorAttempt { on: on(tenant, 0, at(0)), aim, purpose: None, judge, once: None, result };
        world.store.try_factor(attempt).await.unwrap();
        let strange = world.store.take_factor_result(other, vec![hash], at(1)).await.unwrap();
        assert!(strange.is_none());
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let store = world.store.clone();
            tasks.spawn(async move { store.take_factor_result(tenant, vec![hash], at(99)).await.unwrap() });
        }
        let taken: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
        assert_eq!(taken.len(), at_once);
        assert!(taken.iter().all(|(factor, step)| (factor.id, *step) == (FactorId(100), 5)));
    }
}

#[tokio::test]
async fn a_result_that_nobody_fetches_in_time_is_gone() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.store.add_factor(new(tenant, 0, USER)).await.unwrap();
    let hash = ResultHash([7; 32]);
    let (judge, aim) = (Box::new(Finds(steps(&[5]), true)), FactorAim::Confirm(codes(0)));
    let result = Some(NewFactorResult { hash, expires_at: at(100) });
    let attempt = FactorAttempt { on: on(tenant, 0, at(0)), aim, purpose: None, judge, once: None, result };
    world.store.try_factor(attempt).await.unwrap();
    assert!(world.store.take_factor_result(tenant, vec![hash], at(100)).await.unwrap().is_none());
    world.store.sweep(at(100), KEEP).await.unwrap();
    assert!(world.store.take_factor_result(tenant, vec![hash], at(1)).await.unwrap().is_none());
}
