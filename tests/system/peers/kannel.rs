//! Kannel, over the preset.

use std::collections::HashMap;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::Sending;
use crate::support::eventually;
use crate::support::kannel::Kannel;
use crate::support::lab::need;

fn route(kannel: &Kannel, secret: &str) -> Value {
    json!({
        "transport": "http", "secret": secret,
        "settings": { "preset": "kannel", "account": Kannel::USER, "base_url": kannel.url(), "from": "Acme" },
    })
}

#[test]
fn two_hundred_codes_arrive_once_each() {
    let Some(kannel) = need(Kannel::start()) else { return };
    let sending = Sending::over(&route(&kannel, Kannel::PASSWORD));
    let number = |number: u32| format!("+4915123{number:06}");
    thread::scope(|scope| {
        for part in 0..4 {
            let (sending, number) = (&sending, &number);
            scope.spawn(move || {
                for at in 0..50 {
                    let minted = sending.mint(&number(part * 50 + at), "sms");
                    assert_eq!(minted["delivery"]["status"], "sent", "{minted}");
                }
            });
        }
    });
    let aired = kannel.wait_for(200);
    let mut by_number: HashMap<&str, Vec<&String>> = HashMap::new();
    for message in &aired {
        by_number.entry(message.split(' ').nth(1).unwrap()).or_default().push(message);
    }
    for at in 0..200 {
        let messages = by_number.remove(number(at).as_str()).unwrap_or_default();
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(messages[0].starts_with("Acme "), "{messages:?}");
    }
    assert!(by_number.is_empty(), "{by_number:?}");
}

#[test]
fn what_the_network_reports_is_shown_with_the_challenge() {
    let Some(kannel) = need(Kannel::start()) else { return };
    let sending = Sending::over(&route(&kannel, Kannel::PASSWORD));
    let minted = sending.mint("+4915123456789", "sms");
    let path = format!("/v1/challenges/{}", minted["key"].as_str().unwrap());
    let delivered = eventually(Duration::from_secs(30), || {
        let status = sending.call("GET", &path, &json!({})).json()["delivery"]["status"].clone();
        (status == "delivered").then_some(())
    });
    assert!(delivered.is_some(), "{}", sending.call("GET", &path, &json!({})).body);
}

#[test]
fn a_wrong_password_sends_nothing_and_says_so() {
    let Some(kannel) = need(Kannel::start()) else { return };
    let sending = Sending::over(&route(&kannel, "wrong"));
    let minted = sending.mint("+4915123456789", "sms");
    assert_eq!(minted["delivery"]["status"], "failed", "{minted}");
    assert_eq!(minted["delivery"]["error"], "authentication_failed", "{minted}");
    assert!(kannel.aired().is_empty());
    assert!(!sending.server.output().contains("password=wrong"), "the log shows the URL");
}
