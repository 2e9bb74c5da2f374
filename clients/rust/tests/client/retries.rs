// SPDX-License-Identifier: MIT

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use otpmint_client::testing::Fake;
use otpmint_client::{Builder, Client, Error, Kind, Lost, Mint, Request, Response, Transport};
use serde_json::Value;

use crate::worlds::{Recorder, refused};

const TO: &str = "jane@example.com";

/// A client of a fake that notes what it is sent.
fn counted(change: impl FnOnce(Builder) -> Builder) -> (Fake, Arc<Recorder>, Client) {
    let fake = Fake::new();
    let sent = Arc::new(Recorder { inner: Arc::new(fake.clone()), losing: 0, keys: Mutex::default() });
    let builder = fake.builder().transport(Arc::clone(&sent) as Arc<dyn Transport>);
    let client = change(builder).client(fake.secret_key()).unwrap();
    (fake, sent, client)
}

async fn mint(client: &Client) -> Result<String, Error> {
    client.challenges().mint(Mint::to(TO)).await.map(|minted| minted.key.clone())
}

#[tokio::test]
async fn what_may_pass_is_tried_again_with_the_same_key() {
    for status in [502, 503, 504] {
        let (fake, sent, client) = counted(|builder| builder);
        fake.refuse_next(status, "store_unavailable", None);
        fake.refuse_next(status, "store_unavailable", None);
        mint(&client).await.unwrap();
        mint(&client).await.unwrap();
        let keys = sent.keys();
        assert!(
            keys.len() == 4 && keys[0].is_some() && keys[..3].iter().all(|key| *key == keys[0]),
            "{keys:?}"
        );
        assert_ne!(keys[3], keys[0], "each call has a key of its own");
    }
}

#[tokio::test]
async fn it_ends_after_as_many_retries_as_were_asked_for() {
    for (retries, tries) in [(2, 3), (1, 2), (0, 1)] {
        let (fake, sent, client) = counted(|builder| builder.retries(retries));
        (0..9).for_each(|_| fake.lose_next_answer());
        refused(mint(&client).await, Kind::ConnectionLost);
        assert_eq!((sent.keys().len(), fake.messages().len()), (tries, 1));
    }
    let (fake, sent, client) = counted(|builder| builder);
    (0..9).for_each(|_| fake.lose_next_answer());
    refused(mint(&client).await, Kind::ConnectionLost);
    assert_eq!(sent.keys().len(), 3, "by default");
}

#[tokio::test]
async fn a_short_wait_is_waited_out_and_a_long_one_is_told() {
    let (fake, sent, client) = counted(|builder| builder);
    fake.refuse_next(429, "mint_per_tenant", Some(1));
    let begun = Instant::now();
    mint(&client).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1) && sent.keys().len() == 2);
    for (status, after, kind) in [
        (429, Some(4), Kind::RateLimited),
        (429, None, Kind::RateLimited),
        (503, Some(60), Kind::Unavailable),
    ] {
        let (fake, sent, client) = counted(|builder| builder);
        fake.refuse_next(status, "sends_per_recipient", after);
        refused(mint(&client).await, kind);
        assert_eq!(sent.keys().len(), 1);
    }
}

#[tokio::test]
async fn while_the_first_request_is_carried_out_the_retry_waits() {
    let (fake, sent, client) = counted(|builder| builder);
    fake.refuse_next(409, "idempotency_key_in_use", Some(1));
    mint(&client).await.unwrap();
    assert_eq!(sent.keys().len(), 2);
}

#[tokio::test]
async fn what_is_refused_for_good_is_sent_once() {
    let (_fake, sent, client) = counted(|builder| builder);
    refused(client.challenges().mint(Mint::to("nobody")).await, Kind::InvalidField);
    refused(client.challenges().get("aaaaaaaaaaaaaaaaaaaaaaz").await, Kind::NotFound);
    assert_eq!(sent.keys().len(), 2);
}

#[tokio::test]
async fn what_the_server_would_do_twice_is_sent_once() {
    let (fake, sent, client) = counted(|builder| builder);
    let key = mint(&client).await.unwrap();
    let over = Arc::clone(&sent) as Arc<dyn Transport>;
    let holder = fake.builder().transport(over).holder(&key).unwrap();
    let refuse = || fake.refuse_next(503, "shutting_down", Some(1));
    refuse();
    refused(client.challenges().cancel(&key).await, Kind::Unavailable);
    refuse();
    refused(client.challenges().fetch_result("otpr_x").await, Kind::Unavailable);
    refuse();
    refused(client.request::<Value>("POST", "/v1/tenant/templates/lint", None).await, Kind::Unavailable);
    refuse();
    refused(client.request::<Value>("PATCH", "/v1/tenant", None).await, Kind::Unavailable);
    refuse();
    refused(holder.verify("000000").await, Kind::Unavailable);
    refuse();
    refused(holder.resend().await, Kind::Unavailable);
    assert_eq!(sent.keys()[1..], vec![None; 6]);
    fake.lose_next_answer();
    holder.status().await.unwrap();
    fake.lose_next_answer();
    client.challenges().get(&key).await.unwrap();
    assert_eq!(sent.keys().len(), 11, "reading is tried again");
}

#[tokio::test]
async fn every_route_that_takes_a_key_gets_one_and_no_other() {
    let text = include_str!("../../../../docs/openapi.json");
    let api: Value = serde_json::from_str(text).unwrap();
    let mut expected = Vec::new();
    let (_, sent, client) = counted(|builder| builder);
    for (path, methods) in api["paths"].as_object().unwrap() {
        if !path.starts_with("/v1/") || methods["post"].is_null() {
            continue;
        }
        let parameters = methods["post"]["parameters"].as_array().cloned().unwrap_or_default();
        let is_key = |one: &Value| one["$ref"].as_str().is_some_and(|of| of.ends_with("/Idempotency-Key"));
        expected.push((path, parameters.iter().any(is_key)));
        let part = |part: &str| if part.starts_with('{') { "x".to_owned() } else { part.to_owned() };
        let path = path.split('/').map(part).collect::<Vec<_>>().join("/");
        let _ = client.request::<Value>("POST", &path, Some(&Value::Null)).await;
    }
    assert!(expected.iter().filter(|(_, is_keyed)| *is_keyed).count() > 10);
    let sent: Vec<_> = sent.keys().iter().map(Option::is_some).collect();
    assert_eq!(sent, expected.iter().map(|(_, is_keyed)| *is_keyed).collect::<Vec<_>>(), "{expected:?}");
}

/// Never answers.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: Request) -> Pin<Box<dyn Future<Output = Result<Response, Lost>> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn the_time_is_for_the_call_with_all_its_retries() {
    let (_, _, slow) =
        counted(|builder| builder.transport(Arc::new(Silent)).timeout(Duration::from_millis(50)));
    assert_eq!(refused(mint(&slow).await, Kind::TimedOut).code(), "timed_out");
    // A pause that would be longer than the time is left out: the reason is worth more than "timed out".
    let (fake, sent, client) = counted(|builder| builder.timeout(Duration::from_millis(500)));
    fake.refuse_next(429, "mint_per_tenant", Some(1));
    refused(mint(&client).await, Kind::RateLimited);
    assert_eq!(sent.keys().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_a_key_or_a_path_is_not_sent() {
    let (fake, sent, client) = counted(|builder| builder);
    for odd in ["", "..", "a/../b", "a?b", "a b", "ä", "a\n"] {
        refused(client.challenges().get(odd).await, Kind::NotFound);
        refused(fake.holder(odd), Kind::NotFound);
        assert_eq!(refused(client.factors().get(odd).await, Kind::NotFound).code(), "factor_not_found");
    }
    refused(client.request::<Value>("GET", ".evil.example/", None).await, Kind::Misuse);
    for key in ["", "a\nb", "ä"] {
        refused(client.challenges().mint(Mint::to(TO).idempotency_key(key)).await, Kind::Misuse);
    }
    assert_eq!(sent.keys().len(), 0);
}
