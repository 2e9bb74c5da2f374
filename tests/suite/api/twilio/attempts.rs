//! Attempts: the messages of verifications.

use otpmint::domain::sub_key::KeyPurpose;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{NUMBER, Sdk, assert_error, begun, phone_code, settled, with_phones};
use crate::api::harness::{JANE, TestApp};

const JOE: &str = "joe@recipient.example";
const AUSTRIAN: &str = "+436641234567";

async fn listed(sdk: &Sdk, query: &str) -> Vec<Value> {
    let answer = sdk.get(&format!("/Attempts{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["attempts"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_attempt_is_the_object_that_the_sdks_read() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let service = sdk.service().await;
    assert_eq!(listed(&sdk, "").await, Vec::<Value>::new());
    let (name, code) = begun(&app, &sdk, &service, JANE).await;
    settled(&app).await;
    let seen = sdk.get(&format!("{service}/Verifications/{name}")).await.json();
    let found = listed(&sdk, "").await;
    assert_eq!((found.len(), &found[0]["sid"]), (1, &seen["send_code_attempts"][0]["attempt_sid"]));
    assert_eq!(
        (&found[0]["verification_sid"], &found[0]["service_sid"]),
        (&json!(name), &seen["service_sid"])
    );
    assert_eq!(
        (&found[0]["conversion_status"], &found[0]["channel"]),
        (&json!("unconverted"), &json!("email"))
    );
    assert_eq!(found[0]["price"], json!({ "value": null, "currency": null }));
    assert_eq!(found[0]["channel_data"]["status"], "sent");
    assert!(!found[0]["channel_data"]["to"].as_str().unwrap().contains("jane"), "{}", found[0]);
    let path = format!("/Attempts/{}", found[0]["sid"].as_str().unwrap());
    assert_eq!(sdk.get(&path).await.json(), found[0]);
    sdk.check(&service, JANE, &code).await;
    assert_eq!(sdk.get(&path).await.json()["conversion_status"], "converted");
    let summary = sdk.get("/Attempts/Summary").await.json();
    assert_eq!(summary["total_attempts"], 1, "{summary}");
    assert_eq!((&summary["total_converted"], &summary["total_unconverted"]), (&json!(1), &json!(0)));
    assert_eq!(summary["conversion_rate_percentage"], "100.000000000");
}

#[tokio::test]
async fn attempts_are_filtered_and_summed_up() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let first = sdk.service().await;
    let second = sdk.new_service(&[("FriendlyName", "Second")]).await;
    let (jane, code) = begun(&app, &sdk, &first, JANE).await;
    sdk.check(&first, JANE, &code).await;
    app.clock.pass_seconds(100);
    begun(&app, &sdk, &second, JOE).await;
    settled(&app).await;
    let all = listed(&sdk, "").await;
    assert_eq!(all.len(), 2);
    assert_eq!(all[1]["verification_sid"], json!(jane), "the newest is first");
    let moment = all[0]["date_created"].as_str().unwrap().replace(':', "%3A");
    let service = second.trim_start_matches("/Services/");
    for (query, count) in [
        ("Status=converted".to_owned(), 1),
        ("Status=unconverted".to_owned(), 1),
        ("Channel=email".to_owned(), 2),
        ("Channel=sms".to_owned(), 0),
        (format!("VerifyServiceSid={service}"), 1),
        ("VerifyServiceSid=VA00000000000000000000000000000000".to_owned(), 0),
        (format!("VerificationSid={jane}"), 1),
        ("VerificationSid=VE00000000000000000000000000000000".to_owned(), 0),
        (format!("DateCreatedAfter={moment}"), 1),
        ("DateCreatedBefore=2000-01-01T00%3A00%3A00Z".to_owned(), 0),
        ("DateCreatedAfter=2000-01-01T00%3A00%3A00Z".to_owned(), 2),
    ] {
        assert_eq!(listed(&sdk, &format!("?{query}")).await.len(), count, "{query}");
    }
    let summary = sdk.get("/Attempts/Summary").await.json();
    assert_eq!(summary["conversion_rate_percentage"], "50.000000000", "{summary}");
    let summary = sdk.get(&format!("/Attempts/Summary?VerifyServiceSid={service}")).await.json();
    assert_eq!((&summary["total_attempts"], &summary["total_converted"]), (&json!(1), &json!(0)));
    for query in [
        "Status=good",
        "Channel=pigeon",
        "DateCreatedAfter=yesterday",
        "Country=Germany",
        "Country=de",
        "Country=",
        "ChannelData.To=nobody",
        "ChannelData.To=",
        "Else=1",
        "PageSize=0",
    ] {
        assert_error(&sdk.get(&format!("/Attempts?{query}")).await, 400, 60200);
    }
    assert_error(&sdk.get("/Attempts/Summary?DestinationPrefix=49").await, 400, 60200);
    let page = sdk.get("/Attempts?PageSize=1&Channel=email").await.json();
    let next = page["meta"]["next_page_url"].as_str().unwrap();
    let next = &next[next.find("/v2").unwrap() + 3..];
    assert_eq!(sdk.get(next).await.json()["attempts"][0]["verification_sid"], json!(jane), "{next}");
}

/// The totals of a summary.
async fn totals(sdk: &Sdk, query: &str) -> (u64, u64, u64, String) {
    let answer = sdk.get(&format!("/Attempts/Summary{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    let summary = answer.json();
    let number = |name: &str| summary[name].as_u64().unwrap_or_else(|| panic!("{name}: {summary}"));
    let rate = summary["conversion_rate_percentage"].as_str().unwrap().to_owned();
    (number("total_attempts"), number("total_converted"), number("total_unconverted"), rate)
}

#[tokio::test]
async fn recipients_and_countries_are_found_and_summed_up_also_when_they_are_forgotten() {
    let (app, sdk) = with_phones().await;
    let first = sdk.service().await;
    let second = sdk.new_service(&[("FriendlyName", "Second")]).await;
    // The German number is verified by its second message, the Austrian one never.
    let by = async |service: &str, to: &str, channel: &str| {
        let begun = sdk.post(&format!("{service}/Verifications"), &[("To", to), ("Channel", channel)]).await;
        assert_eq!(begun.status, 201, "{}", begun.body);
        settled(&app).await;
        app.clock.pass_seconds(120);
    };
    by(&first, NUMBER, "sms").await;
    by(&first, NUMBER, "call").await;
    let code = phone_code(&app, 2).await;
    assert_eq!(sdk.check(&first, NUMBER, &code).await.json()["status"], "approved");
    by(&first, AUSTRIAN, "sms").await;
    by(&second, AUSTRIAN, "sms").await;
    let moment = listed(&sdk, "").await[0]["date_created"].as_str().unwrap().replace(':', "%3A");
    let service = second.trim_start_matches("/Services/");
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    by(&second, AUSTRIAN, "call").await;
    let (to, austrian) =
        (format!("ChannelData.To={}", NUMBER.replace('+', "%2B")), AUSTRIAN.replace('+', "%2B"));
    for (query, attempts, converted, rate) in [
        (String::new(), 5, 2, "40.000000000"),
        (to.clone(), 2, 2, "100.000000000"),
        (format!("ChannelData.To={austrian}"), 3, 0, "0.000000000"),
        ("ChannelData.To=%2B4915123456780".to_owned(), 0, 0, "0.000000000"),
        ("ChannelData.To=jane.roe%40recipient.example".to_owned(), 0, 0, "0.000000000"),
        ("Country=DE".to_owned(), 2, 2, "100.000000000"),
        ("Country=AT".to_owned(), 3, 0, "0.000000000"),
        ("Country=FR".to_owned(), 0, 0, "0.000000000"),
        ("Channel=sms".to_owned(), 3, 1, "33.333333333"),
        ("Channel=sms&Country=DE".to_owned(), 1, 1, "100.000000000"),
        ("Status=converted".to_owned(), 2, 2, "100.000000000"),
        ("Status=unconverted&Channel=call".to_owned(), 1, 0, "0.000000000"),
        (format!("{to}&Country=AT"), 0, 0, "0.000000000"),
        (format!("{to}&Channel=call&Status=converted"), 1, 1, "100.000000000"),
        (format!("VerifyServiceSid={service}&Country=AT"), 2, 0, "0.000000000"),
        (format!("VerifyServiceSid={service}&Country=DE"), 0, 0, "0.000000000"),
        (format!("DateCreatedAfter={moment}&ChannelData.To={austrian}"), 2, 0, "0.000000000"),
        (format!("DateCreatedBefore={moment}&Country=AT"), 2, 0, "0.000000000"),
    ] {
        let found = listed(&sdk, &format!("?{query}")).await;
        assert_eq!(found.len(), attempts, "{query}");
        let (all, yes, no, percent) = totals(&sdk, &format!("?{query}")).await;
        assert_eq!((all as usize, yes, percent.as_str()), (attempts, converted, rate), "{query}");
        assert_eq!(yes + no, all, "{query}");
    }
    let found = listed(&sdk, &format!("?{to}&Channel=sms")).await;
    let data = &found[0]["channel_data"];
    assert_eq!(
        (&data["country"], &data["mcc"], &data["carrier"]),
        (&json!("DE"), &Value::Null, &Value::Null)
    );
    assert!(!found[0].to_string().contains("15123456789"), "{}", found[0]);
    let stranger = Sdk::of(&app, &app.tenant().await).await;
    assert_eq!(listed(&stranger, &format!("?{to}")).await, Vec::<Value>::new());
    assert_eq!(totals(&stranger, "?Country=DE").await.0, 0);
}

#[tokio::test]
async fn the_messages_of_mails_have_no_country() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let service = sdk.service().await;
    begun(&app, &sdk, &service, JANE).await;
    begun(&app, &sdk, &service, JOE).await;
    settled(&app).await;
    let found = listed(&sdk, "?ChannelData.To=jane.roe%40recipient.example").await;
    assert_eq!((found.len(), &found[0]["channel_data"]["country"]), (1, &Value::Null));
    assert_eq!(listed(&sdk, "?Country=DE").await, Vec::<Value>::new());
}

#[tokio::test]
async fn more_than_can_be_looked_at_are_refused_until_a_filter_narrows_them() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let service = sdk.service().await;
    for chunk in 0..25 {
        let mut tasks = JoinSet::new();
        for number in chunk * 20..(chunk + 1) * 20 {
            let (sdk, service) = (sdk.clone(), service.clone());
            let to = format!("user{number}@recipient.example");
            tasks.spawn(async move { sdk.begin(&service, &to).await.status });
        }
        assert!(tasks.join_all().await.iter().all(|status| *status == 201));
    }
    assert_eq!(listed(&sdk, "?PageSize=1000").await.len(), 500);
    app.clock.pass_seconds(3_600);
    begun(&app, &sdk, &service, JANE).await;
    for path in ["/Attempts", "/Attempts/Summary", "/Attempts?PageSize=1", "/Attempts?Channel=email"] {
        let refused = assert_error(&sdk.get(path).await, 400, 60200);
        assert!(
            refused["message"].as_str().unwrap().contains("shorter time, a recipient or a country"),
            "{refused}"
        );
    }
    assert_eq!(listed(&sdk, "?ChannelData.To=jane.roe%40recipient.example").await.len(), 1);
    // Those of another tenant are none that a request looks at.
    let stranger = Sdk::of(&app, &app.tenant().await).await;
    assert_eq!((listed(&stranger, "").await.len(), totals(&stranger, "").await.0), (0, 0));
    assert_eq!(totals(&sdk, "?ChannelData.To=user7%40recipient.example").await.0, 1);
    let moment =
        listed(&sdk, "?ChannelData.To=jane.roe%40recipient.example").await[0]["date_created"].clone();
    let after = format!("DateCreatedAfter={}", moment.as_str().unwrap().replace(':', "%3A"));
    assert_eq!(listed(&sdk, &format!("?{after}")).await.len(), 1);
    assert_eq!(totals(&sdk, &format!("?{after}")).await.0, 1);
}

#[tokio::test]
async fn every_message_of_a_verification_is_one() {
    let (app, sdk) = with_phones().await;
    let service = sdk.service().await;
    let path = format!("{service}/Verifications");
    assert_eq!(sdk.post(&path, &[("To", NUMBER), ("Channel", "sms")]).await.status, 201);
    phone_code(&app, 1).await;
    settled(&app).await;
    app.clock.pass_seconds(120);
    let again = sdk.post(&path, &[("To", NUMBER), ("Channel", "call")]).await;
    assert_eq!(again.status, 201, "{}", again.body);
    settled(&app).await;
    let found = listed(&sdk, "").await;
    let channels: Vec<_> = found.iter().map(|attempt| attempt["channel"].as_str().unwrap()).collect();
    assert_eq!(channels, ["call", "sms"]);
    assert_eq!(listed(&sdk, "?Channel=call").await.len(), 1);
}

#[tokio::test]
async fn the_attempts_of_a_deleted_service_are_gone() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let service = sdk.new_service(&[("FriendlyName", "App")]).await;
    let (name, _) = begun(&app, &sdk, &service, JANE).await;
    let sid = listed(&sdk, "").await[0]["sid"].as_str().unwrap().to_owned();
    assert_eq!(sdk.get(&format!("/Attempts/{sid}")).await.status, 200);
    assert_eq!(sdk.delete(&service).await.status, 204);
    assert_error(&sdk.get(&format!("/Attempts/{sid}")).await, 404, 20404);
    assert_eq!(listed(&sdk, "").await, Vec::<Value>::new());
    assert_eq!(listed(&sdk, &format!("?VerificationSid={name}")).await, Vec::<Value>::new());
}

#[tokio::test]
async fn attempts_are_closed_to_another_tenant() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let (name, _) = begun(&app, &sdk, &sdk.service().await, JANE).await;
    let sid = listed(&sdk, "").await[0]["sid"].as_str().unwrap().to_owned();
    let stranger = Sdk::of(&app, &app.tenant().await).await;
    assert_eq!(listed(&stranger, "").await, Vec::<Value>::new());
    assert_eq!(listed(&stranger, &format!("?VerificationSid={name}")).await, Vec::<Value>::new());
    assert_error(&stranger.get(&format!("/Attempts/{sid}")).await, 404, 20404);
    for unknown in ["VL00000000000000000000000000000000", "x", "%00"] {
        assert_error(&sdk.get(&format!("/Attempts/{unknown}")).await, 404, 20404);
    }
    assert_eq!(stranger.get("/Attempts/Summary").await.json()["total_attempts"], 0);
}
