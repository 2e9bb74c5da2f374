//! Deleting tenants: decided, taken back, carried out in rounds.

use std::time::Duration;

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::id::TenantId;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::deletion::{Deletion, DeletionStage};
use otpmint::domain::tenants::tenant::{TenantHandle, TenantStatus};
use otpmint::domain::time::Timestamp;
use otpmint::store::{Decision, DeletionRound, EarlierDecision, NewDeletion, Restored, Retention, Scheduled};

use crate::store::copying::fill;
use crate::store::world::{JANE, JOE, KEEP, RIGHT, World, at};

const DAY: Duration = Duration::from_secs(86_400);

/// Longer than anything that was under way when a deletion began.
const SETTLED: Duration = Duration::from_secs(60);

fn decision(tenant: TenantId, due_at: Timestamp) -> NewDeletion {
    NewDeletion { tenant, due_at, earlier: EarlierDecision::Stays, by: Actor::default() }
}

async fn disable(world: &World, tenant: TenantId) {
    let set = world.store.set_tenant_status(tenant, TenantStatus::Disabled, Actor::default(), at(10_000));
    assert_eq!(set.await, Ok(true));
}

/// Disables a tenant, and decides that it is deleted at this moment.
async fn doom(world: &World, tenant: TenantId, due_at: Timestamp) -> Deletion {
    disable(world, tenant).await;
    match world.store.schedule_deletion(decision(tenant, due_at), at(10_001)).await.unwrap() {
        Scheduled::Scheduled(deletion) => deletion,
        other => panic!("{other:?}"),
    }
}

async fn stage(world: &World, tenant: TenantId) -> Option<DeletionStage> {
    world.store.deletion(tenant).await.unwrap().map(|deletion| deletion.stage())
}

/// Runs rounds at `now` until nothing is left to do, and returns their number and who was deleted.
async fn rounds(world: &World, now: Timestamp) -> (usize, Vec<TenantHandle>) {
    let mut deleted = Vec::new();
    for count in 0..1_000 {
        match world.store.delete_some(now).await.unwrap() {
            DeletionRound::Nothing => return (count, deleted),
            DeletionRound::More => {}
            DeletionRound::Deleted(handle) => deleted.push(handle),
        }
    }
    panic!("a deletion does not come to an end");
}

#[tokio::test]
async fn only_a_disabled_live_tenant_is_deleted_and_nothing_happens_before_its_time() {
    let world = World::new();
    let tenant = fill(&world).await;
    let sandbox = world.store.sandbox_of(tenant).await.unwrap().expect("a sandbox").id;
    let decide = async |tenant| world.store.schedule_deletion(decision(tenant, at(0) + DAY), at(1)).await;
    assert_eq!(decide(tenant).await, Ok(Scheduled::StillActive));
    assert_eq!(decide(sandbox).await, Ok(Scheduled::Sandbox));
    assert_eq!(decide(TenantId(12)).await, Ok(Scheduled::Unknown));
    assert_eq!(stage(&world, tenant).await, None);
    let deletion = doom(&world, tenant, at(0) + DAY).await;
    assert_eq!((deletion.due_at, deletion.stage()), (at(0) + DAY, DeletionStage::Scheduled));
    assert_eq!(world.store.deletion_by_handle(deletion.handle.clone()).await, Ok(Some(deletion.clone())));
    let early = at(0) + DAY - Duration::from_millis(1);
    assert_eq!(world.store.delete_some(early).await, Ok(DeletionRound::Nothing));
    assert_eq!(stage(&world, tenant).await, Some(DeletionStage::Scheduled));
    assert_eq!(world.store.delete_some(at(0) + DAY).await, Ok(DeletionRound::More));
    assert_eq!(stage(&world, tenant).await, Some(DeletionStage::UnderWay));
}

#[tokio::test]
async fn deciding_it_again_keeps_the_time_unless_another_is_wanted() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    doom(&world, tenant, at(0) + DAY).await;
    let again = async |due_at, earlier| {
        let new = NewDeletion { earlier, ..decision(tenant, due_at) };
        match world.store.schedule_deletion(new, at(20_000)).await.unwrap() {
            Scheduled::Scheduled(deletion) => deletion.due_at,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(again(at(30_000), EarlierDecision::Stays).await, at(0) + DAY);
    assert_eq!(again(at(30_000), EarlierDecision::Replaced).await, at(30_000));
    assert_eq!(stage(&world, tenant).await, Some(DeletionStage::Scheduled));
    let scheduled = |event: &&String| *event == "tenant_deletion_scheduled";
    assert_eq!(world.events(tenant).await.iter().filter(scheduled).count(), 2);
    // What has begun has its time.
    world.store.delete_some(at(30_000)).await.unwrap();
    assert_eq!(again(at(0) + DAY, EarlierDecision::Replaced).await, at(30_000));
}

#[tokio::test]
async fn a_tenant_is_restored_until_its_deletion_begins_and_not_later() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let restore = async |now| world.store.restore_tenant(tenant, Actor::default(), now).await;
    let enable =
        async |now| world.store.set_tenant_status(tenant, TenantStatus::Active, Actor::default(), now).await;
    assert_eq!(restore(at(1)).await, Ok(Restored::NotScheduled));
    doom(&world, tenant, at(0) + DAY).await;
    assert_eq!(enable(at(20_000)).await, Ok(false), "whoever enables it has to restore it first");
    assert_eq!(restore(at(20_000)).await, Ok(Restored::Restored));
    assert_eq!(rounds(&world, at(0) + DAY).await, (0, Vec::new()));
    assert_eq!(enable(at(20_001)).await, Ok(true));
    doom(&world, tenant, at(0) + DAY).await;
    world.store.delete_some(at(0) + DAY).await.unwrap();
    assert_eq!(restore(at(0) + DAY).await, Ok(Restored::TooLate));
    assert_eq!(enable(at(0) + DAY).await, Ok(false));
    let (_, deleted) = rounds(&world, at(0) + DAY + SETTLED).await;
    assert_eq!(deleted.len(), 1);
    assert_eq!(restore(at(0) + DAY + SETTLED).await, Ok(Restored::TooLate));
    let wanted = ["tenant_deletion_scheduled", "tenant_restored", "tenant_enabled", "tenant_deleted"];
    let events = world.events(tenant).await;
    let order: Vec<_> = events.iter().filter(|event| wanted.contains(&event.as_str())).collect();
    let again = ["tenant_deletion_scheduled", "tenant_deleted"];
    assert_eq!(order, [&wanted[..3], &again[..]].concat());
}

#[tokio::test]
async fn everything_goes_in_rounds_and_another_tenant_keeps_its_own() {
    let world = World::new();
    let tenant = fill(&world).await;
    let other = world.store.tenants().await.unwrap()[1].id;
    let theirs = world.open(other, JANE, at(5_000)).await;
    let sandbox = world.store.sandbox_of(tenant).await.unwrap().expect("a sandbox").id;
    for _ in 0..1_203 {
        world.open(tenant, JOE, at(6_000)).await;
    }
    doom(&world, tenant, at(11_000)).await;
    let (count, deleted) = rounds(&world, at(11_000)).await;
    assert!(count > 25 && deleted.is_empty(), "{count} rounds, {deleted:?}");
    // Nothing is left but the tenant itself, for a moment in which a request may still be under way.
    assert_eq!(world.store.delete_some(at(11_000) + SETTLED / 2).await, Ok(DeletionRound::Nothing));
    assert!(world.store.tenant(tenant).await.unwrap().is_some());
    let (_, deleted) = rounds(&world, at(11_000) + SETTLED).await;
    let tombs = world.store.deletions().await.unwrap();
    let of = |id| tombs.iter().find(|tomb: &&Deletion| tomb.tenant == id).expect("a tomb");
    assert_eq!(deleted, [of(tenant).handle.clone()]);
    for id in [tenant, sandbox] {
        assert_eq!(of(id).stage(), DeletionStage::Done);
        assert!(world.store.tenant(id).await.unwrap().is_none());
        assert!(world.store.secret_keys(id, at(0)).await.unwrap().is_empty());
        assert!(world.events(id).await.contains(&"tenant_deleted".to_owned()));
    }
    assert_eq!(of(tenant).name, "tenant 1");
    assert!(world.events(tenant).await.contains(&"minted".to_owned()), "the trail is kept");
    assert_eq!(world.status(other, theirs).await, ChallengeStatus::Pending);
    assert!(matches!(world.attempt(theirs, RIGHT, at(12_000)).await, Decision::Verified(_)));
}

#[tokio::test]
async fn a_deletion_that_was_cut_off_is_continued_by_the_next_process_and_by_another_node() {
    let world = World::new();
    let tenant = fill(&world).await;
    for _ in 0..1_203 {
        world.open(tenant, JOE, at(6_000)).await;
    }
    doom(&world, tenant, at(11_000)).await;
    for _ in 0..4 {
        assert_eq!(world.store.delete_some(at(11_000)).await, Ok(DeletionRound::More));
    }
    let world = world.restart();
    for _ in 0..4 {
        assert_eq!(world.store.delete_some(at(11_000)).await, Ok(DeletionRound::More));
    }
    let beside = world.backend.open_beside();
    let World { backend, store, .. } = world;
    let mut deleted = 0;
    for now in [at(11_000), at(11_000) + SETTLED] {
        loop {
            match beside.delete_some(now).await.unwrap() {
                DeletionRound::Nothing => break,
                DeletionRound::More => {}
                DeletionRound::Deleted(_) => deleted += 1,
            }
        }
    }
    assert_eq!(deleted, 1);
    assert!(store.tenant(tenant).await.unwrap().is_none());
    drop(backend);
}

#[tokio::test]
async fn what_a_late_request_adds_is_found_by_the_last_look() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    doom(&world, tenant, at(11_000)).await;
    rounds(&world, at(11_000)).await;
    // A request that was authenticated before.
    let late = world.open(tenant, JANE, at(11_001)).await;
    rounds(&world, at(11_000) + SETTLED / 2).await;
    assert_eq!(world.store.challenge(tenant, late).await.map(|found| found.is_some()), Ok(true));
    let (_, deleted) = rounds(&world, at(11_000) + SETTLED).await;
    assert_eq!(deleted.len(), 1);
    assert_eq!(world.store.challenge(tenant, late).await, Ok(None));
    assert_eq!(world.attempt(late, RIGHT, at(12_000)).await, Decision::Unknown);
}

#[tokio::test]
async fn the_handle_of_a_tenant_that_was_deleted_is_not_given_again() {
    let world = World::new();
    let tenant = fill(&world).await;
    let [row, sandbox] =
        [world.store.tenant(tenant).await.unwrap(), world.store.sandbox_of(tenant).await.unwrap()]
            .map(|row| row.expect("a row"));
    doom(&world, tenant, at(11_000)).await;
    rounds(&world, at(11_000)).await;
    rounds(&world, at(11_000) + SETTLED).await;
    for (number, former) in [row.handle, sandbox.handle].into_iter().enumerate() {
        let mut new = world.new_tenant(9);
        new.tenant.handle = former.clone();
        assert!(world.store.add_tenant(new).await.is_err(), "{former}");
        let owner = world.tenant(20 + number as u8).await;
        let mut key = world.test_key(owner, 30);
        key.sandbox.1 = former.clone();
        assert!(world.store.add_test_key(key, at(12_000)).await.is_err(), "{former}");
    }
}

#[tokio::test]
async fn a_name_is_forgotten_after_as_long_as_the_trail_is_kept() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    doom(&world, tenant, at(11_000)).await;
    rounds(&world, at(11_000)).await;
    let deleted_at = at(11_000) + SETTLED;
    rounds(&world, deleted_at).await;
    let keep = Retention { names: DAY, ..KEEP };
    let name = async || world.store.deletion(tenant).await.unwrap().expect("a tomb").name;
    world.sweep(deleted_at + DAY, keep).await.unwrap();
    assert_eq!(name().await, "tenant 1");
    world.sweep(deleted_at + DAY + Duration::from_millis(1), keep).await.unwrap();
    assert_eq!(name().await, "");
}

#[tokio::test]
async fn setting_the_clock_back_leaves_as_long_as_before_to_restore_a_tenant() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    world.sweep(at(0) + DAY * 400, KEEP).await.unwrap();
    doom(&world, tenant, at(0) + DAY * 430).await;
    world.store.set_back(at(0) + DAY, Actor::default()).await.unwrap();
    let due_at = world.store.deletion(tenant).await.unwrap().expect("a deletion").due_at;
    // The last process may have continued for ten seconds after its last record.
    assert_eq!(due_at, at(0) + DAY * 31 - Duration::from_secs(10));
}
