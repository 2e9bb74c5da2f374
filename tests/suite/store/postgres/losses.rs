//! Lost COMMITs: what was decided is decided once, whether or not the server has carried it out.

use std::sync::atomic::Ordering::SeqCst;

use otpmint::store::Decision;

use crate::store::postgres::place::{Reached, server};
use crate::store::world::{JANE, RIGHT, WRONG, World, at};
use crate::support::proxy::{Losses, Proxy};

/// Answers a challenge through a proxy that loses COMMITs as `lose` says.
async fn answer_while(lose: impl Fn(&Losses)) {
    let Some(server) = server() else { return };
    let proxy = Proxy::to(server.port());
    let world = World::on(Box::new(Reached { port: proxy.port, ..Reached::directly(server) }));
    let tenant = world.tenant(1).await;
    for round in 0..4 {
        let now = at(round * 1_000);
        let id = world.open(tenant, JANE, now).await;
        let before = proxy.losses.lost.load(SeqCst);
        lose(&proxy.losses);
        assert_eq!(world.attempt(id, WRONG, now).await, Decision::Mismatched { attempts_remaining: 4 });
        assert!(proxy.losses.lost.load(SeqCst) > before, "a COMMIT was lost");
        assert_eq!(world.find(tenant, id).await.standing.attempts, 1, "counted once");
        lose(&proxy.losses);
        assert!(matches!(world.attempt(id, RIGHT, now).await, Decision::Verified(_)));
        assert!(matches!(world.attempt(id, RIGHT, now).await, Decision::Ended(_)), "it succeeds once");
        let audited = world.events(tenant).await;
        let told = |event: &str| audited.iter().filter(|audited| *audited == event).count();
        let rounds = usize::try_from(round).unwrap() + 1;
        assert_eq!((told("mismatched"), told("verified")), (rounds, rounds), "{audited:?}");
    }
}

#[tokio::test]
async fn a_commit_that_was_carried_out_although_its_answer_was_lost_counts() {
    answer_while(|losses| losses.after.store(1, SeqCst)).await;
}

#[tokio::test]
async fn a_commit_that_never_came_to_the_server_is_repeated() {
    answer_while(|losses| losses.before.store(1, SeqCst)).await;
}

#[tokio::test]
async fn one_that_is_lost_again_and_again_is_decided_in_the_end() {
    answer_while(|losses| losses.before.store(3, SeqCst)).await;
}
