//! What a caller would hold that was told 503, because the fate of a COMMIT was found out too late for it.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use otpmint::domain::deliveries::delivery::DeliveryEnd;
use otpmint::store::StoreError;

use crate::api::harness::{eventually, eventually_async};
use crate::store::postgres::place::{Reached, server};
use crate::store::webhooks::{claim as claim_endpoints, handle, told_in};
use crate::store::world::{JANE, World, at, room};
use crate::support::proxy::Proxy;

/// Shorter than what follows, and longer than a transaction takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(1);

/// A world behind a proxy.
fn behind() -> Option<(World, Proxy)> {
    let server = server()?;
    let proxy = Proxy::to(server.port());
    let reached = Reached { port: proxy.port, patience: PATIENCE, ..Reached::directly(server) };
    Some((World::on(Box::new(reached)), proxy))
}

/// Carries out a verb whose COMMIT the server has, while nobody learns of it in time.
async fn too_late<T>(proxy: &Proxy, verb: impl Future<Output = Result<T, StoreError>>) {
    let before = proxy.losses.lost.load(SeqCst);
    proxy.losses.shuts.store(true, SeqCst);
    proxy.losses.after.store(1, SeqCst);
    assert_eq!(verb.await.err(), Some(StoreError::Unavailable));
    eventually("a lost COMMIT", || (proxy.losses.lost.load(SeqCst) > before).then_some(())).await;
    proxy.losses.shuts.store(false, SeqCst);
    proxy.losses.is_shut.store(false, SeqCst);
}

async fn claimed(world: &World) -> Option<Vec<i64>> {
    let claimed = world.store.claim_deliveries(at(10), room(10)).await.ok()?;
    let challenges: Vec<_> = claimed.into_iter().map(|found| found.challenge.0).collect();
    (!challenges.is_empty()).then_some(challenges)
}

#[tokio::test]
async fn the_message_of_a_code_that_was_minted_too_late_is_sent() {
    let Some((world, proxy)) = behind() else { return };
    let tenant = world.tenant(1).await;
    let mint = world.challenge(tenant, JANE, at(0));
    let id = mint.binding.challenge;
    too_late(&proxy, world.store.issue(mint.into())).await;
    assert_eq!(eventually_async("the message", || claimed(&world)).await, [id.0]);
    assert_eq!(claimed(&world).await, None, "once");
}

#[tokio::test]
async fn a_message_that_was_claimed_too_late_is_claimed_again() {
    let Some((world, proxy)) = behind() else { return };
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    world.store.settle_delivery(id, DeliveryEnd::Later(at(1)), None, at(0)).await.unwrap();
    too_late(&proxy, world.store.claim_deliveries(at(2), room(10))).await;
    assert_eq!(eventually_async("the message", || claimed(&world)).await, [id.0]);
    assert_eq!(claimed(&world).await, None, "once");
}

#[tokio::test]
async fn an_endpoint_that_was_claimed_too_late_is_claimed_again() {
    let Some((world, proxy)) = behind() else { return };
    let (world, tenant) = told_in(world).await;
    world.store.ping_webhook(tenant, handle(0), at(0)).await.unwrap();
    too_late(&proxy, world.store.claim_webhooks(at(1), 10, 8)).await;
    let found =
        async || world.store.claim_webhooks(at(2), 10, 8).await.ok().filter(|found| !found.is_empty());
    assert_eq!(eventually_async("the endpoint", found).await.len(), 1);
    assert!(claim_endpoints(&world, at(3)).await.is_empty(), "once");
}

#[tokio::test]
async fn a_read_waits_for_a_database_that_is_away_for_a_moment() {
    let Some((world, proxy)) = behind() else { return };
    let tenant = world.tenant(1).await;
    let id = world.open(tenant, JANE, at(0)).await;
    world.find(tenant, id).await;
    proxy.losses.is_shut.store(true, SeqCst);
    proxy.reset();
    let back = async {
        eventually("two tries", || (proxy.losses.refused.load(SeqCst) > 1).then_some(())).await;
        proxy.losses.is_shut.store(false, SeqCst);
    };
    tokio::join!(world.find(tenant, id), back);
}
