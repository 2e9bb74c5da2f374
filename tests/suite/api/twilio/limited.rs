//! Several limits at once: a verification is counted under all of them or under none, and it is kept.

use otpmint::config::Settings;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Sdk, assert_error, sid};
use crate::api::harness::TestApp;

/// A limit of a service that lets so many pass in a day.
async fn limit(sdk: &Sdk, service: &str, name: &str, max: &str) {
    let made = sdk.post(&format!("{service}/RateLimits"), &[("UniqueName", name)]).await;
    let buckets = format!("{service}/RateLimits/{}/Buckets", sid(&made));
    let bucket = sdk.post(&buckets, &[("Max", max), ("Interval", "86400")]).await;
    assert_eq!(bucket.status, 201, "{}", bucket.body);
}

/// Begins verifications of so many recipients at the same moment, and returns how many began.
async fn at_once(sdk: &Sdk, service: &str, recipients: std::ops::Range<u32>, limits: &Value) -> usize {
    let mut begun = JoinSet::new();
    for number in recipients {
        let (sdk, path, limits) = (sdk.clone(), format!("{service}/Verifications"), limits.to_string());
        begun.spawn(async move {
            let to = format!("user{number}@recipient.example");
            sdk.post(&path, &[("To", to.as_str()), ("Channel", "email"), ("RateLimits", &limits)]).await
        });
    }
    let answers = begun.join_all().await;
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        assert_error(refused, 429, 60203);
        assert!(refused.header("retry-after").is_some());
    }
    answers.iter().filter(|answer| answer.status == 201).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_at_once_as_many_begin_as_the_tightest_limit_says_and_the_others_count_nothing() {
    let quick = |settings: &mut Settings| settings.limits.mint_per_tenant = "1000/1s".parse().unwrap();
    let app = TestApp::with(quick).await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.new_service(&[("FriendlyName", "App")]).await;
    for (name, max) in [("session", "3"), ("device", "7"), ("card", "50")] {
        limit(&sdk, &service, name, max).await;
    }
    let all = json!({ "session": "s", "device": "d", "card": "c" });
    assert_eq!(at_once(&sdk, &service, 0..16, &all).await, 3);
    // Thirteen were refused by the session. Had they been counted for the device, nothing would be left of it.
    let device = json!({ "device": "d", "card": "c" });
    assert_eq!(at_once(&sdk, &service, 16..32, &device).await, 4);

    // The counts are in the store.
    let app = app.restart(quick).await;
    let sdk = Sdk::of(&app, &tenant).await;
    assert_eq!(at_once(&sdk, &service, 32..36, &all).await, 0);
    assert_eq!(at_once(&sdk, &service, 36..40, &device).await, 0);
    assert_eq!(at_once(&sdk, &service, 40..56, &json!({ "session": "other", "device": "other" })).await, 3);
    let messages = (0..56).map(|number| app.mails_to(&format!("user{number}@recipient.example")));
    assert!(messages.sum::<usize>() <= 10, "who is refused is sent nothing");
    app.clock.pass_seconds(86_400);
    assert_eq!(at_once(&sdk, &service, 56..72, &all).await, 3);
}
