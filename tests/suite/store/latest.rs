//! The latest challenges of recipients, and those that aliases name.

use otpmint::domain::challenges::challenge::ChallengeStatus;
use otpmint::domain::id::{ChallengeId, TenantId};
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::secret::RecipientIndex;
use otpmint::store::{CountedSubject, Issued, OpenChallenge, SubjectKind};

use crate::store::world::{JANE, JOE, World, at, limits};

/// An alias, and the same under the next key.
const ALIAS: RecipientIndex = RecipientIndex([31; 16]);
const ALIAS_ANEW: RecipientIndex = RecipientIndex([32; 16]);

async fn ids(world: &World, tenant: TenantId, indexes: &[RecipientIndex]) -> Vec<ChallengeId> {
    let found = world.store.challenges_of(tenant, indexes.to_vec(), None).await.unwrap();
    found.into_iter().map(|challenge| challenge.id).collect()
}

async fn open_under(
    world: &World,
    (tenant, recipient): (TenantId, RecipientIndex),
    (index, others): (RecipientIndex, &[RecipientIndex]),
    now: i64,
) -> (Issued, ChallengeId) {
    let alias = CountedSubject { kind: SubjectKind::Alias, index, other_indexes: others.to_vec() };
    let open = OpenChallenge {
        subjects: vec![alias],
        limits: limits(&["2/1h"], "4/24h", 100),
        ..world.challenge(tenant, recipient, at(now))
    };
    let id = open.binding.challenge;
    (world.store.issue(open.into()).await.unwrap(), id)
}

#[tokio::test]
async fn the_latest_challenges_of_a_recipient_come_newest_first_whatever_their_status() {
    let world = World::new();
    let (tenant, other) = (world.tenant(1).await, world.tenant(2).await);
    let mut opened = Vec::new();
    for now in 0..12 {
        opened.push(world.open(tenant, JANE, at(now)).await);
    }
    let joes = world.open(tenant, JOE, at(12)).await;
    assert!(world.store.cancel_challenge(tenant, opened[11], Actor::default(), at(13)).await.unwrap());
    opened.reverse();
    assert_eq!(ids(&world, tenant, &[JANE]).await, opened[..10]);
    assert_eq!(ids(&world, tenant, &[JOE, JANE]).await[..2], [joes, opened[0]]);
    assert_eq!(ids(&world, other, &[JANE]).await, []);
    world.store.forget_challenge_of(other, vec![JANE], opened[1]).await.unwrap();
    world.store.forget_challenge_of(tenant, vec![JOE, JANE], opened[1]).await.unwrap();
    let left = ids(&world.restart(), tenant, &[JANE]).await;
    assert_eq!((left.len(), left.contains(&opened[1])), (9, false));
}

#[tokio::test]
async fn an_alias_names_the_latest_challenge_and_cancels_the_one_before() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let (_, first) = open_under(&world, (tenant, JANE), (ALIAS, &[]), 0).await;
    assert_eq!(ids(&world, tenant, &[ALIAS]).await, [first]);
    let (issued, second) = open_under(&world, (tenant, JANE), (ALIAS_ANEW, &[ALIAS]), 1).await;
    assert_eq!((issued, ids(&world, tenant, &[ALIAS_ANEW, ALIAS]).await), (Issued::Opened, vec![second]));
    let statuses = [world.status(tenant, first).await, world.status(tenant, second).await];
    assert_eq!(statuses, [ChallengeStatus::Canceled, ChallengeStatus::Pending]);
    // What is refused changes nothing.
    let (issued, _) = open_under(&world, (tenant, JANE), (ALIAS_ANEW, &[ALIAS]), 2).await;
    assert!(matches!(issued, Issued::Limited(_)), "{issued:?}");
    assert_eq!(ids(&world, tenant, &[ALIAS_ANEW]).await, [second]);
    assert_eq!(world.status(tenant, second).await, ChallengeStatus::Pending);
    world.store.forget_challenge_of(tenant, vec![ALIAS_ANEW], second).await.unwrap();
    assert_eq!(ids(&world, tenant, &[ALIAS_ANEW]).await, []);
    assert_eq!(world.status(tenant, second).await, ChallengeStatus::Pending);
    assert_eq!(ids(&world, tenant, &[JANE]).await, [second, first]);
}
