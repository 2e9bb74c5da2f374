//! New versions of the sub-keys: nothing that was counted or stored under a former one is lost.

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::challenges::device::Device;
use otpmint::domain::limits::limit::Limit;
use otpmint::domain::mailbox::Spelling;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::{KeyCheck, RecipientIndex, Sealed, SecretKeyHash, WrappedKey};
use otpmint::domain::sub_key::KeyPurpose;
use otpmint::store::{Attempt, Decision, Issued, KeyUse, OpenChallenge, SandboxMail, SealedValue, Target};

use crate::store::world::{
    JANE, MAX_ATTEMPTS, RIGHT, WRONG, World, at, attempt, limits, seconds, with_reserve,
};

/// Jane under the next key.
const JANE_ANEW: RecipientIndex = RecipientIndex([17; 16]);

/// Jane under the key after that.
const JANE_AGAIN: RecipientIndex = RecipientIndex([27; 16]);

fn key(purpose: &str, version: u32) -> WrappedKey {
    WrappedKey {
        purpose: purpose.to_owned(),
        version,
        wrapped: Sealed(vec![version as u8; 48]),
        made_at: at(0),
        active_from: at(60_000),
    }
}

/// A value as if the keyring had sealed it under `version`, as far as the store can see.
fn sealed(version: u32, content: u8) -> Sealed {
    Sealed([[1].as_slice(), &version.to_be_bytes(), &[content; 40]].concat())
}

/// The audit trail, the latest first.
async fn told(world: &World) -> Vec<String> {
    world.store.audit(None, 10).await.unwrap().into_iter().map(|row| row.event).collect()
}

#[tokio::test]
async fn of_two_rotations_at_once_one_is_made_and_the_other_changes_nothing() {
    let world = World::new();
    world.store.add_keys(vec![key("code", 1), key("seal", 1)]).await.unwrap();
    assert!(world.store.add_versions(vec![key("code", 2)], (Actor::default(), at(1))).await.unwrap());
    assert!(
        !world
            .store
            .add_versions(vec![key("seal", 2), key("code", 2)], (Actor::default(), at(2)))
            .await
            .unwrap()
    );
    let kept = world.store.keyring().await.unwrap();
    let kept: Vec<_> = kept.iter().map(|key| (key.purpose.as_str(), key.version)).collect();
    assert_eq!(kept, [("code", 1), ("code", 2), ("seal", 1)]);
    assert_eq!(told(&world).await, ["keys_rotated"]);
    world.store.remove_versions(vec![(KeyPurpose::Code, 1)], (Actor::default(), at(3))).await.unwrap();
    assert_eq!(told(&world).await, ["keys_removed", "keys_rotated"]);
    assert_eq!(world.restart().store.keyring().await.unwrap().len(), 2);
}

#[tokio::test]
async fn another_master_key_takes_all_keys_or_none() {
    let world = World::new();
    world.store.add_keys(vec![key("code", 1), key("seal", 1)]).await.unwrap();
    let check = KeyCheck { salt: [1; 16], check: [2; 32] };
    let anew = |purpose| WrappedKey { wrapped: Sealed(vec![9; 48]), ..key(purpose, 1) };
    assert!(
        !world
            .store
            .change_master(check.clone(), vec![anew("code")], (Actor::default(), at(1)))
            .await
            .unwrap()
    );
    assert_eq!(world.store.keyring().await.unwrap()[0].wrapped, Sealed(vec![1; 48]));
    assert!(
        world
            .store
            .change_master(check, vec![anew("code"), anew("seal")], (Actor::default(), at(2)))
            .await
            .unwrap()
    );
    assert_eq!(told(&world).await, ["master_rotated"]);
    let kept = world.store.keyring().await.unwrap();
    assert!(kept.iter().all(|key| key.wrapped == Sealed(vec![9; 48]) && key.active_from == at(60_000)));
}

/// Opens a challenge for Jane under a new index, with limits of one wrong answer more than `failures` and two
/// messages an hour.
async fn open_anew(
    world: &World,
    tenant: otpmint::domain::id::TenantId,
    (present, others): (RecipientIndex, &[RecipientIndex]),
    now: i64,
) -> (Issued, otpmint::domain::id::ChallengeId) {
    let open = OpenChallenge {
        other_indexes: others.to_vec(),
        limits: limits(&["3/1h"], "4/24h", 100),
        ..world.challenge(tenant, present, at(now))
    };
    let id = open.binding.challenge;
    (world.store.issue(open.into()).await.unwrap(), id)
}

fn wrong(id: otpmint::domain::id::ChallengeId, now: i64) -> Attempt {
    Attempt { limits: limits(&["3/1h"], "4/24h", 100), ..attempt(id, WRONG, at(now)) }
}

#[tokio::test]
async fn a_new_index_brings_no_new_messages() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    assert_eq!(open_anew(&world, tenant, (JANE, &[]), 0).await.0, Issued::Opened);
    assert_eq!(open_anew(&world, tenant, (JANE_ANEW, &[JANE]), 1).await.0, Issued::Opened);
    assert_eq!(open_anew(&world, tenant, (JANE_AGAIN, &[JANE_ANEW, JANE]), 2).await.0, Issued::Opened);
    let (refused, _) = open_anew(&world, tenant, (JANE_AGAIN, &[JANE_ANEW, JANE]), 3).await;
    assert!(matches!(refused, Issued::Limited(hit) if hit.limit == Limit::SendsPerRecipient), "{refused:?}");
    // No other rows are changed.
    let other = world.tenant(2).await;
    assert_eq!(open_anew(&world, other, (JANE_ANEW, &[JANE]), 4).await.0, Issued::Opened);
}

#[tokio::test]
async fn answers_to_challenges_of_both_indexes_draw_on_one_budget() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (_, former) = open_anew(&world, tenant, (JANE, &[]), 0).await;
    world.decide(wrong(former, 1)).await;
    let (_, present) = open_anew(&world, tenant, (JANE_ANEW, &[JANE]), 2).await;
    for (id, now) in [(former, 3), (present, 4), (former, 5)] {
        assert!(matches!(world.decide(wrong(id, now)).await, Decision::Mismatched { .. }));
    }
    for (id, now) in [(former, 6), (present, 7)] {
        let decided = world.decide(wrong(id, now)).await;
        assert!(
            matches!(decided, Decision::Limited(hit) if hit.limit == Limit::FailuresPerRecipient),
            "{decided:?}"
        );
    }
    assert_eq!(world.status(tenant, former).await, ChallengeStatus::Pending);
}

#[tokio::test]
async fn a_new_index_brings_no_new_reserve() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let limits = with_reserve(limits(&["30/1h"], "1/24h", 100), "1/24h");
    let trusted = |(present, others): (RecipientIndex, &[RecipientIndex]), now| OpenChallenge {
        other_indexes: others.to_vec(),
        limits: limits.clone(),
        device: Device::Trusted,
        ..world.challenge(tenant, present, at(now))
    };
    let answer = |id, device, now| Attempt { limits: limits.clone(), device, ..attempt(id, WRONG, at(now)) };
    let open = trusted((JANE, &[]), 0);
    let (first, again) = (open.binding.challenge, trusted((JANE, &[]), 0));
    let second = again.binding.challenge;
    for open in [open, again] {
        assert_eq!(world.store.issue(open.into()).await, Ok(Issued::Opened));
    }
    for (id, device) in [(first, Device::Unknown), (second, Device::Trusted)] {
        assert!(matches!(world.decide(answer(id, device, 1)).await, Decision::Mismatched { .. }));
    }
    let refused = world.store.issue(trusted((JANE_ANEW, &[JANE]), 2).into()).await.unwrap();
    assert!(
        matches!(refused, Issued::Limited(hit) if hit.limit == Limit::FailuresPerRecipient),
        "{refused:?}"
    );
}

#[tokio::test]
async fn keys_that_come_and_go_with_the_clock_lead_nobody_in_circles() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (_, first) = open_anew(&world, tenant, (JANE, &[JANE_ANEW]), 0).await;
    open_anew(&world, tenant, (JANE_ANEW, &[JANE]), 1).await;
    open_anew(&world, tenant, (JANE, &[JANE_ANEW]), 2).await;
    for now in 3..7 {
        assert!(matches!(world.decide(wrong(first, now)).await, Decision::Mismatched { .. }));
    }
    assert!(matches!(world.decide(wrong(first, 8)).await, Decision::Limited(_)));
}

#[tokio::test]
async fn the_latest_challenge_is_found_under_any_index() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let purpose = otpmint::domain::challenges::purpose::Purpose::parse("login").unwrap();
    let target = Target::Latest(vec![JANE_ANEW, JANE], Some((purpose, Spelling::default())));
    let decide = |now| {
        let by_recipient = attempt(otpmint::domain::id::ChallengeId(0), RIGHT, at(now));
        Attempt { target: target.clone(), tenant: Some(tenant), ..by_recipient }
    };
    let (_, former) = open_anew(&world, tenant, (JANE, &[]), 0).await;
    assert!(
        matches!(world.decide(decide(1)).await, Decision::Verified(told) if told.binding.challenge == former)
    );
    let (_, former) = open_anew(&world, tenant, (JANE, &[]), 2).await;
    let (_, present) = open_anew(&world, tenant, (JANE_ANEW, &[JANE]), 3).await;
    for expected in [present, former] {
        let decided = world.decide(decide(4)).await;
        assert!(
            matches!(&decided, Decision::Verified(told) if told.binding.challenge == expected),
            "{decided:?}"
        );
    }
}

#[tokio::test]
async fn a_challenge_whose_key_is_not_known_costs_no_attempt() {
    struct Unknowing;
    impl otpmint::store::Judge for Unknowing {
        fn admit(
            &self,
            _: otpmint::domain::id::TenantId,
            _: &otpmint::domain::policy::GrantedLimits,
        ) -> Result<(), otpmint::domain::limits::limit::LimitHit> {
            panic!("nothing is to be taken from a rate")
        }
        fn knows(&self, _: u32) -> bool {
            false
        }
        fn hash(
            &self,
            _: u32,
            _: &otpmint::domain::challenges::challenge::Binding,
        ) -> Option<otpmint::domain::secret::CodeHash> {
            None
        }
    }
    let world = World::new();
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    let unknowing = Attempt { judge: Box::new(Unknowing), ..attempt(id, RIGHT, at(1)) };
    assert_eq!(world.decide(unknowing).await, Decision::Undecided);
    assert_eq!(world.find(tenant, id).await.standing.attempts_remaining(), MAX_ATTEMPTS);
}

#[tokio::test]
async fn sealed_values_are_replaced_only_as_they_were_read() {
    let world = World::new();
    let mut tenants = Vec::new();
    for (name, version) in [(1, 1), (2, 2), (3, 1)] {
        let mut new = world.new_tenant(name);
        new.tenant.routes = Some(sealed(version, name));
        tenants.push(new.tenant.id);
        assert!(world.store.add_tenant(new).await.unwrap());
    }
    let value = |at: usize, content| SealedValue {
        table: "tenants",
        column: "routes",
        tenant: tenants[at],
        row: tenants[at].0,
        sealed: sealed(1, content),
    };
    assert_eq!(world.store.sealed_before(2, None, 9).await.unwrap(), [value(0, 1), value(2, 3)]);
    assert_eq!(world.store.sealed_before(2, None, 1).await.unwrap(), [value(0, 1)]);
    assert_eq!(world.store.sealed_before(2, Some(value(0, 1)), 9).await.unwrap(), [value(2, 3)]);
    let stale = value(2, 9);
    let replaced = world.store.reseal(vec![(value(0, 1), sealed(2, 11)), (stale, sealed(2, 12))]).await;
    assert_eq!(replaced, Ok(1));
    let kept = world.store.tenants().await.unwrap().into_iter().map(|tenant| tenant.routes.unwrap());
    assert_eq!(kept.collect::<Vec<_>>(), [sealed(2, 11), sealed(2, 2), sealed(1, 3)]);
}

#[tokio::test]
async fn a_secret_key_goes_over_to_its_new_hash_and_is_taken_under_both() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let [former, present, theirs] = [1, 11, 2].map(|byte| SecretKeyHash([byte; 32]));
    world.store.rehash_key(other, former, present).await.unwrap();
    assert!(world.store.is_key_taken(vec![present, former]).await.unwrap());
    assert!(!world.store.is_key_taken(vec![present]).await.unwrap(), "nobody moves another tenant's key");
    world.store.rehash_key(tenant, former, present).await.unwrap();
    // A second request that does the same; and one that would collide with another's.
    world.store.rehash_key(tenant, former, present).await.unwrap();
    world.store.rehash_key(tenant, present, theirs).await.unwrap();
    assert!(world.store.tenant_by_key(former, at(1)).await.unwrap().is_none());
    let found =
        async |hash| world.store.tenant_by_key(hash, at(1)).await.unwrap().map(|(found, ..)| found.id);
    assert_eq!([found(present).await, found(theirs).await], [Some(tenant), Some(other)]);
}

#[tokio::test]
async fn what_lies_under_which_version_is_counted() {
    let world = World::new();
    world.store.add_keys(vec![key("shareable_key", 1), key("shareable_key", 2)]).await.unwrap();
    let mut new = world.new_tenant(5);
    new.tenant.routes = Some(sealed(4, 1));
    let tenant = new.tenant.id;
    assert!(world.store.add_tenant(new).await.unwrap());
    let id = world.open(tenant, JANE, at(0)).await;
    world.open(tenant, JANE_ANEW, at(60_000)).await;
    let uses = async |purpose, version| {
        let uses = world.store.key_uses().await.unwrap();
        let under =
            uses.iter().filter(|found: &&KeyUse| (found.purpose, found.version) == (purpose, version));
        under.map(|found| found.rows).sum::<u64>()
    };
    assert_eq!(uses(KeyPurpose::Seal, 4).await, 1);
    assert_eq!(uses(KeyPurpose::Code, 3).await, 2);
    assert_eq!(uses(KeyPurpose::SecretKey, 5).await, 1);
    // One each in a challenge and in its message.
    assert_eq!(uses(KeyPurpose::Recipient, 7).await, 2);
    assert_eq!(uses(KeyPurpose::Recipient, 17).await, 2);
    // One each in its own row and in the audit trail.
    assert_eq!([uses(KeyPurpose::ShareableKey, 1).await, uses(KeyPurpose::ShareableKey, 2).await], [2, 2]);
    world.store.cancel_challenge(tenant, id, Actor::default(), at(60_001)).await.unwrap();
    assert_eq!(uses(KeyPurpose::Code, 3).await, 1);
    assert_eq!(uses(KeyPurpose::Recipient, 7).await, 1);
}

#[tokio::test]
async fn what_a_sandbox_would_have_sent_keeps_its_keys_until_it_goes() {
    let world = World::new();
    let (tenant, challenge) = (world.tenant(1).await, otpmint::domain::id::ChallengeId(1));
    let mail = SandboxMail { tenant, challenge, recipient: JANE_AGAIN, at: at(0), content: sealed(6, 1) };
    world.store.keep_mail(mail).await.unwrap();
    let under = |purpose, version| KeyUse { purpose, version, rows: 1 };
    let needed = [under(KeyPurpose::Seal, 6), under(KeyPurpose::Recipient, 27)];
    let uses = world.store.key_uses().await.unwrap();
    assert!(needed.iter().all(|needed| uses.contains(needed)), "{uses:?}");
    world.store.empty_sandbox(tenant).await.unwrap();
    let uses = world.store.key_uses().await.unwrap();
    assert!(!needed.iter().any(|needed| uses.contains(needed)), "{uses:?}");
}

#[tokio::test]
async fn where_a_recipient_went_is_forgotten_after_a_day() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    open_anew(&world, tenant, (JANE, &[]), 0).await;
    open_anew(&world, tenant, (JANE_ANEW, &[JANE]), 1).await;
    let day = seconds(86_400);
    assert_eq!(world.sweep(at(1) + day, crate::store::world::KEEP).await.unwrap().deleted, 0);
    assert_eq!(world.sweep(at(2) + day, crate::store::world::KEEP).await.unwrap().deleted, 1);
}
