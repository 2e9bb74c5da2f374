//! What became of each message has a row of its own, which outlives its challenge.

use std::time::Duration;

use otpmint::domain::deliveries::delivery::DeliveryEnd::{Failed, RetryAt, Sent};
use otpmint::domain::deliveries::delivery::DeliveryError;
use otpmint::domain::deliveries::reply::{EnhancedStatus, ReplyClass, ReplyCodes};
use otpmint::domain::deliveries::report::TriedRoute;
use otpmint::domain::reports::actor::Actor;
use otpmint::domain::tenants::route::RouteHandle;
use otpmint::store::{Issued, Resend, Retention};
use rusqlite::Connection;

use crate::store::backend::Sqlite;
use crate::store::world::{JANE, JOE, KEEP, RIGHT, World, at, deadline, generous, sends};

struct Kept {
    path: std::path::PathBuf,
    world: World,
}

impl Kept {
    fn new() -> Self {
        let place = Sqlite::new();
        Self { path: place.path(), world: World::on(Box::new(place)) }
    }

    /// The rows, as texts.
    fn rows(&self) -> Vec<String> {
        let sql = "SELECT concat_ws(' ', message, status, error, tries, log, route, reply, reply_status, provider_id, \
                   recipient_hint, hex(recipient) <> '') FROM deliveries ORDER BY challenge, message";
        let connection = Connection::open(&self.path).unwrap();
        let mut query = connection.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

fn tried(code: u16, status: &str) -> Option<TriedRoute> {
    let reply = ReplyCodes {
        class: ReplyClass::of(code).unwrap(),
        status: EnhancedStatus::parse(status),
        code: None,
    };
    let route = RouteHandle::parse("smtp_aaaaaaaaaaaaaaaa").unwrap();
    Some(TriedRoute {
        route,
        reply: Some(reply),
        word: None,
        id: (code < 300).then(|| format!("id{code}")),
        is_unconfirmed: false,
    })
}

#[tokio::test]
async fn each_message_has_a_row_with_its_tries_and_what_the_server_said() {
    let kept = Kept::new();
    let store = &kept.world.store;
    let tenant = kept.world.tenant(1).await;
    let id = kept.world.open(tenant, JANE, at(0)).await;
    assert_eq!(kept.rows(), Vec::<String>::new(), "it is still on its way");
    let again = RetryAt(at(900), DeliveryError::MessageRefused);
    store.settle_delivery(id, again, tried(451, "4.7.1"), at(100)).await.unwrap();
    store.settle_delivery(id, Sent, tried(250, "2.0.0"), at(1_000)).await.unwrap();
    let (cooldowns, limits) = (sends().cooldowns, generous());
    let resend = Resend {
        now: at(40_000),
        tenant,
        challenge: id,
        cooldowns,
        limits,
        by: Actor::default(),
        once: None,
        phone: None,
    };
    assert!(matches!(store.issue(resend.into()).await.unwrap(), Issued::Queued(_)));
    let refused = Failed(DeliveryError::RecipientRefused);
    store.settle_delivery(id, refused, tried(550, "5.1.1"), at(40_100)).await.unwrap();
    let tried_at = at(100).as_millis();
    let (hint, route) = (kept.world.find(tenant, id).await.to.unwrap(), "smtp_aaaaaaaaaaaaaaaa");
    let expected = [
        format!("1 sent 1 {tried_at}:message_refused {route} 2xx 2.0.0 id250 {hint} 1"),
        format!("2 failed recipient_refused 0 {route} 5xx 5.1.1 {hint} 1"),
    ];
    assert_eq!(kept.rows(), expected);
}

#[tokio::test]
async fn what_went_out_after_its_challenge_had_ended_is_corrected() {
    let kept = Kept::new();
    let tenant = kept.world.tenant(1).await;
    let id = kept.world.open(tenant, JOE, at(0)).await;
    kept.world.attempt(id, RIGHT, at(1)).await;
    assert!(kept.rows()[0].starts_with("1 failed canceled 0"), "{:?}", kept.rows());
    kept.world.store.settle_delivery(id, Sent, tried(250, "2.0.0"), at(2)).await.unwrap();
    assert!(kept.rows()[0].starts_with("1 sent 0 smtp_aaaaaaaaaaaaaaaa 2xx"), "{:?}", kept.rows());
    assert_eq!(kept.rows().len(), 1);
}

#[tokio::test]
async fn a_row_outlives_its_challenge_and_goes_after_its_retention() {
    let kept = Kept::new();
    let tenant = kept.world.tenant(1).await;
    kept.world.open(tenant, JANE, at(0)).await;
    let keep = Retention { challenges: Duration::ZERO, ..KEEP };
    kept.world.sweep(deadline() + Duration::from_secs(1), keep).await.unwrap();
    assert_eq!(kept.rows().len(), 1, "failed, as it expired");
    kept.world.sweep(at(0) + KEEP.deliveries, keep).await.unwrap();
    assert_eq!(kept.rows().len(), 1);
    kept.world.sweep(at(1) + KEEP.deliveries, keep).await.unwrap();
    assert_eq!(kept.rows().len(), 0);
}
