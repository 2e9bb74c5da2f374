//! Folding: what several lanes have counted becomes one row, and no number changes.

use std::sync::Arc;

use otpmint::domain::id::TenantId;
use otpmint::domain::reports::statistics::{Counts, Day, StatisticsQuery};
use otpmint::store::Store;

use crate::store::world::{JANE, RIGHT, World, at, attempt, seconds};

async fn total(store: &Arc<dyn Store>, tenant: TenantId) -> Counts {
    let asked = StatisticsQuery {
        tenant: Some(tenant),
        from: Day::from_number(0),
        to: Day::from_number(100_000),
        only: Vec::new(),
        group_by: Vec::new(),
        limit: 10,
    };
    store.statistics(asked).await.unwrap()[0].counts
}

#[tokio::test]
async fn folding_changes_no_number_whoever_counts_before_during_and_after_it() {
    let world = World::new();
    let tenant = world.tenant(1).await;
    let other = world.backend.open_beside();
    let mut codes = Vec::new();
    for store in [&world.store, &other, &other] {
        let open = world.challenge(tenant, JANE, at(0));
        codes.push(open.binding.challenge);
        store.issue(open.into()).await.unwrap();
    }
    let next_day = at(0) + seconds(86_400);
    let before = total(&world.store, tenant).await;
    assert_eq!(before.minted, 3);
    assert_eq!(world.store.fold_counts(at(1_000)).await, Ok(false), "the day is not over");
    for _ in 0..2 {
        assert_eq!(world.store.fold_counts(next_day).await, Ok(false));
        assert_eq!(total(&other, tenant).await, before);
    }
    // They still count on the day of their mint.
    for (store, code) in [&world.store, &other, &other].into_iter().zip(codes) {
        store.record_attempt(attempt(code, RIGHT, at(2_000))).await.unwrap();
    }
    assert_eq!(total(&world.store, tenant).await.verified, 3);
    world.store.fold_counts(next_day).await.unwrap();
    let after = total(&world.store, tenant).await;
    assert_eq!((after.minted, after.verified), (3, 3));
}
