// SPDX-License-Identifier: MIT

//! What an identity server relies on, told to the real server and to the fake.

use otpmint_client::{Channel, DeliveryStatus, Error, Kind, Relay};
use serde_json::{Value, json};

use crate::worlds::{World, refused, someone};

#[tokio::test]
async fn a_code_of_another_system_is_delivered_and_cannot_be_verified() {
    for world in World::both().await {
        let (to, client) = (someone(), world.relaying(0).await);
        let relay = Relay::code(&to, "314159").purpose("login").locale("de").expires_in(120);
        assert!(!format!("{relay:?}").contains("314159"));
        let sent = client.messages().relay(relay.metadata("flow", "17").wait(10)).await.unwrap();
        assert_eq!((&*sent.purpose, sent.channel, &*sent.locale), ("login", Channel::Email, "de"));
        assert_eq!(sent.to.as_deref(), Some(&*format!("{}***@e***.com", &to[..1])));
        assert_eq!(sent.delivery.as_ref().unwrap().status, DeliveryStatus::Sent);
        assert_eq!(sent.metadata["flow"], "17");
        assert_eq!(sent.expires_at.duration_since(sent.created_at).as_secs(), 120);
        assert_eq!(world.code(&to).await, "314159");
        let found = client.messages().get(&sent.id).await.unwrap();
        assert_eq!((&found.id, found.deliveries.len()), (&sent.id, 1));
        assert_eq!(found.deliveries[0].status, DeliveryStatus::Sent);

        let tenant = world.client();
        refused(tenant.challenges().get(&sent.id).await, Kind::NotFound);
        refused(tenant.challenges().verify(&sent.id, "314159").await, Kind::NotFound);
        let by_recipient = tenant.challenges().verify_by_recipient(&to, "login", "314159").await;
        refused(by_recipient, Kind::NotFound);
        for id in [&*"a".repeat(23), "made-up", "", "..", "../tenant"] {
            assert_eq!(refused(client.messages().get(id).await, Kind::NotFound).code(), "message_not_found");
        }
    }
}

#[tokio::test]
async fn a_message_whose_answer_is_lost_is_sent_once_and_a_field_that_is_wrong_is_named() {
    for world in World::both().await {
        let (to, client) = (someone(), world.relaying(2).await);
        let relay = |code: &str| Relay::code(&to, code).wait(10).idempotency_key(format!("flow-{to}"));
        let sent = client.messages().relay(relay("314159")).await.unwrap();
        assert_eq!(client.messages().relay(relay("314159")).await.unwrap().id, sent.id);
        assert_eq!(world.codes(&to).await.len(), 1);
        let other = refused(client.messages().relay(relay("271828")).await, Kind::Other);
        assert_eq!(other.code(), "idempotency_key_reused");

        for (pointer, body) in [
            ("/to", json!({ "to": "nobody", "code": "314159" })),
            ("/code", json!({ "to": to, "code": "314" })),
            ("/code", json!({ "to": to, "code": " 314159" })),
            ("/channel", json!({ "to": to, "code": "314159", "channel": "sms" })),
            ("/channel", json!({ "to": to, "code": "314159", "channel": "none" })),
            ("/expires_in", json!({ "to": to, "code": "314159", "expires_in": 5 })),
            ("/colour", json!({ "to": to, "code": "314159", "colour": "red" })),
        ] {
            let wrong: Result<Value, Error> = client.request("POST", "/v1/messages", Some(&body)).await;
            assert_eq!(refused(wrong, Kind::InvalidField).errors()[0].pointer.as_deref(), Some(pointer));
        }
    }
}
