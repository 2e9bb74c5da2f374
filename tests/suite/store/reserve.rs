//! The wrong answers that devices have of their own for which a tenant vouches.

use std::sync::Arc;
use std::time::Duration;

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::challenges::device::Device;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::limits::limit::Limit::{FailuresPerRecipient, RecipientLockout, SendsPerRecipient};
use otpmint::domain::limits::limit::{Limit, LimitHit};
use otpmint::domain::limits::recipient::RecipientLimits;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::CodeHash;
use otpmint::domain::time::Timestamp;
use otpmint::store::{Attempt, Decision, Issued, OpenChallenge};

use crate::store::world::{JANE, RIGHT, WRONG, World, at, attempt, limits, refused, with_reserve};

const DAY: Duration = Duration::from_secs(86_400);

type Limits = Option<Arc<RecipientLimits>>;

/// Jane, whose wrong answers others have used up, at a tenant that vouches for her device.
struct Locked {
    world: World,
    tenant: TenantId,
    limits: Limits,
}

impl Locked {
    /// Two wrong answers fill the window of a day, and as many in a row lock out.
    async fn with(in_a_row: u32) -> Self {
        let world = World::new();
        let tenant = world.tenant(1).await;
        let limits = with_reserve(limits(&["40/24h"], "2/24h", in_a_row), "3/24h");
        let locked = Self { world, tenant, limits };
        for _ in 0..2 {
            let id = locked.world.open(tenant, JANE, at(0)).await;
            let wrong = locked.answer(id, (WRONG, Device::Unknown), at(0)).await;
            assert!(matches!(wrong, Decision::Mismatched { .. }), "{wrong:?}");
        }
        locked
    }

    async fn answer(&self, id: ChallengeId, (hash, device): (CodeHash, Device), now: Timestamp) -> Decision {
        self.world.decide(self.attempt(id, (hash, device), now)).await
    }

    fn attempt(&self, id: ChallengeId, (hash, device): (CodeHash, Device), now: Timestamp) -> Attempt {
        let (limits, tenant) = (self.limits.clone(), Some(self.tenant));
        Attempt { limits, tenant, device, ..attempt(id, hash, now) }
    }

    fn challenge(&self, device: Device, now: Timestamp) -> OpenChallenge {
        let open = self.world.challenge(self.tenant, JANE, now);
        OpenChallenge { limits: self.limits.clone(), device, ..open }
    }

    async fn mint(&self, device: Device, now: Timestamp) -> Result<ChallengeId, LimitHit> {
        let open = self.challenge(device, now);
        let id = open.binding.challenge;
        match self.world.store.issue(open.into()).await.unwrap() {
            Issued::Opened => Ok(id),
            Issued::Limited(hit) => Err(hit),
            other => panic!("{other:?}"),
        }
    }

    /// A wrong answer to a fresh code on a trusted device.
    async fn spend(&self, now: Timestamp) -> Decision {
        match self.mint(Device::Trusted, now).await {
            Ok(id) => self.answer(id, (WRONG, Device::Trusted), now).await,
            Err(hit) => Decision::Limited(hit),
        }
    }
}

#[track_caller]
fn limited_by(decision: &Decision, limit: Limit) {
    assert!(matches!(decision, Decision::Limited(hit) if hit.limit == limit), "{decision:?}");
}

#[track_caller]
fn is_wrong(decision: &Decision) {
    assert!(matches!(decision, Decision::Mismatched { .. }), "{decision:?}");
}

#[tokio::test]
async fn a_trusted_device_gets_and_answers_a_code_although_others_have_used_up_all_wrong_answers() {
    for (in_a_row, limit) in [(1000, FailuresPerRecipient), (2, RecipientLockout)] {
        let jane = Locked::with(in_a_row).await;
        let elsewhere = jane.mint(Device::Unknown, at(1)).await.unwrap_err();
        assert_eq!(elsewhere.limit, limit);
        let id = jane.mint(Device::Trusted, at(1)).await.unwrap();
        limited_by(&jane.answer(id, (RIGHT, Device::Unknown), at(1)).await, limit);
        assert_eq!(jane.world.find(jane.tenant, id).await.standing.attempts, 0, "refused, so not evaluated");
        let right = jane.answer(id, (RIGHT, Device::Trusted), at(1)).await;
        assert!(matches!(right, Decision::Verified(_)), "{right:?}");
        // Nobody else gains anything by it.
        assert_eq!(jane.mint(Device::Unknown, at(2)).await.unwrap_err().limit, limit);
    }
}

#[tokio::test]
async fn right_answers_cost_the_reserve_nothing() {
    let jane = Locked::with(2).await;
    for minute in 1..9 {
        let id = jane.mint(Device::Trusted, at(minute)).await.unwrap();
        let right = jane.answer(id, (RIGHT, Device::Trusted), at(minute)).await;
        assert!(matches!(right, Decision::Verified(_)), "{right:?}");
    }
}

#[tokio::test]
async fn the_reserve_is_three_wrong_answers_in_a_day_and_no_more() {
    let jane = Locked::with(2).await;
    for second in 1..=3 {
        is_wrong(&jane.spend(at(second * 1000)).await);
    }
    // Another code brings nothing, nor does the right answer to one from before.
    limited_by(&jane.spend(at(4_000)).await, RecipientLockout);
    let before = jane.world.open(jane.tenant, JANE, at(4_000)).await;
    let late = jane.answer(before, (RIGHT, Device::Trusted), at(4_000)).await;
    let wait = Duration::from_millis(86_397_000);
    assert_eq!(late, Decision::Limited(refused(RecipientLockout, wait)));
    assert_eq!(jane.mint(Device::Trusted, at(4_000)).await, Err(refused(RecipientLockout, wait)));
    // The first one leaves the window.
    let next = at(1_000) + DAY;
    limited_by(&jane.spend(at(999) + DAY).await, RecipientLockout);
    is_wrong(&jane.spend(next).await);
    limited_by(&jane.spend(next).await, RecipientLockout);
}

#[tokio::test]
async fn only_the_first_answer_to_a_challenge_is_evaluated_on_the_reserve() {
    let jane = Locked::with(1000).await;
    let touched = jane.mint(Device::Trusted, at(1)).await.unwrap();
    is_wrong(&jane.answer(touched, (WRONG, Device::Trusted), at(1)).await);
    for hash in [WRONG, RIGHT] {
        limited_by(&jane.answer(touched, (hash, Device::Trusted), at(2)).await, FailuresPerRecipient);
    }
    // So two of the three are left.
    for _ in 0..2 {
        is_wrong(&jane.spend(at(3)).await);
    }
    limited_by(&jane.spend(at(4)).await, FailuresPerRecipient);
}

#[tokio::test]
async fn wrong_answers_on_the_reserve_neither_prolong_nor_end_what_locks_the_others_out() {
    let jane = Locked::with(3).await;
    is_wrong(&jane.spend(at(1)).await);
    is_wrong(&jane.spend(at(1)).await);
    // The window is that of the first two; the row has them alone.
    let free = at(0) + DAY;
    let id = jane.mint(Device::Unknown, free).await.unwrap();
    is_wrong(&jane.answer(id, (WRONG, Device::Unknown), free).await);
    assert_eq!(jane.mint(Device::Unknown, free + DAY).await.unwrap_err().limit, RecipientLockout);
}

#[tokio::test]
async fn before_a_lockout_a_trusted_device_is_as_any_other() {
    let jane = Locked::with(1000).await;
    let free = at(1) + DAY;
    let id = jane.mint(Device::Trusted, free).await.unwrap();
    is_wrong(&jane.answer(id, (WRONG, Device::Trusted), free).await);
    is_wrong(&jane.answer(id, (WRONG, Device::Unknown), free).await);
    assert_eq!(jane.mint(Device::Unknown, free).await.unwrap_err().limit, FailuresPerRecipient);
    // All of the reserve is left.
    for _ in 0..3 {
        is_wrong(&jane.spend(free).await);
    }
}

#[tokio::test]
async fn a_trusted_device_gets_no_more_messages_than_others() {
    let jane = Locked::with(2).await;
    // Two were sent when everything was used up.
    let limits = with_reserve(limits(&["4/24h"], "2/24h", 2), "3/24h");
    let jane = Locked { limits, ..jane };
    for _ in 0..4 {
        jane.mint(Device::Trusted, at(1)).await.ok();
    }
    assert_eq!(jane.mint(Device::Trusted, at(1)).await.unwrap_err().limit, SendsPerRecipient);
}

#[tokio::test]
async fn clearing_a_lockout_does_not_refill_the_reserve() {
    let jane = Locked::with(2).await;
    for _ in 0..3 {
        is_wrong(&jane.spend(at(1)).await);
    }
    let hint = "j***@e***.com".to_owned();
    let cleared = jane.world.store.clear_recipient(jane.tenant, JANE, hint, Actor::default(), at(2)).await;
    assert_eq!(cleared, Ok(true));
    for _ in 0..2 {
        is_wrong(&jane.spend(at(3)).await);
    }
    limited_by(&jane.spend(at(4)).await, RecipientLockout);
}

#[tokio::test]
async fn what_is_spent_of_the_reserve_survives_a_restart() {
    let jane = Locked::with(2).await;
    for _ in 0..3 {
        is_wrong(&jane.spend(at(1)).await);
    }
    let jane = Locked { world: jane.world.restart(), ..jane };
    limited_by(&jane.spend(at(2)).await, RecipientLockout);
}

#[tokio::test]
async fn without_a_reserve_a_trusted_device_is_locked_out_too() {
    let jane = Locked::with(2).await;
    let jane = Locked { limits: limits(&["40/24h"], "2/24h", 2), ..jane };
    limited_by(&jane.spend(at(1)).await, RecipientLockout);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn of_many_wrong_answers_at_once_exactly_the_reserve_is_evaluated() {
    let jane = Locked::with(2).await;
    let mut challenges = Vec::new();
    for _ in 0..24 {
        challenges.push(jane.mint(Device::Trusted, at(1)).await.unwrap());
    }
    // Half of them at another node.
    let stores = [Arc::clone(&jane.world.store), jane.world.backend.open_beside()];
    let tasks = challenges.iter().zip(stores.iter().cycle()).map(|(id, store)| {
        let (attempt, store) = (jane.attempt(*id, (WRONG, Device::Trusted), at(2)), Arc::clone(store));
        tokio::spawn(async move { store.record_attempt(attempt).await.unwrap() })
    });
    let mut decisions = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        decisions.push(task.await.unwrap());
    }
    let evaluated =
        decisions.iter().filter(|decision| matches!(decision, Decision::Mismatched { .. })).count();
    assert_eq!(evaluated, 3, "{decisions:?}");
    let mut untouched = 0;
    for id in challenges {
        let standing = jane.world.find(jane.tenant, id).await.standing;
        untouched += usize::from(standing.attempts == 0 && standing.status == ChallengeStatus::Pending);
    }
    assert_eq!(untouched, 21);
}
