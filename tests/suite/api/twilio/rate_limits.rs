//! Rate limits and their buckets.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Sdk, assert_error, sid};
use crate::api::harness::{Tenant, TestApp};

async fn world() -> (TestApp, Tenant, Sdk, String) {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let sdk = Sdk::of(&app, &tenant).await;
    let service = sdk.new_service(&[("FriendlyName", "App")]).await;
    (app, tenant, sdk, service)
}

async fn add(sdk: &Sdk, service: &str, name: &str) -> String {
    let made = sdk.post(&format!("{service}/RateLimits"), &[("UniqueName", name)]).await;
    assert_eq!(made.status, 201, "{}", made.body);
    format!("{service}/RateLimits/{}", sid(&made))
}

async fn bucket(sdk: &Sdk, limit: &str, max: &str, interval: &str) -> String {
    let made = sdk.post(&format!("{limit}/Buckets"), &[("Max", max), ("Interval", interval)]).await;
    assert_eq!(made.status, 201, "{}", made.body);
    format!("{limit}/Buckets/{}", sid(&made))
}

async fn begin(sdk: &Sdk, service: &str, to: &str, limits: &Value) -> u16 {
    let limits = limits.to_string();
    let form = [("To", to), ("Channel", "email"), ("RateLimits", limits.as_str())];
    sdk.post(&format!("{service}/Verifications"), &form).await.status
}

#[tokio::test]
async fn a_rate_limit_lives_and_dies() {
    let (_app, _, sdk, service) = world().await;
    let path = format!("{service}/RateLimits");
    let made = sdk.post(&path, &[("UniqueName", "device"), ("Description", "per device")]).await;
    let object = made.json();
    assert_eq!(
        (made.status, &object["unique_name"], &object["description"]),
        (201, &json!("device"), &json!("per device"))
    );
    assert!(sid(&made).starts_with("RK"), "{object}");
    let one = format!("{path}/{}", sid(&made));
    assert!(object["links"]["buckets"].as_str().unwrap().ends_with(&format!("{one}/Buckets")), "{object}");
    assert_eq!(sdk.get(&one).await.json(), object);
    let changed = sdk.post(&one, &[("Description", "every device")]).await;
    assert_eq!((changed.status, &changed.json()["description"]), (200, &json!("every device")));
    assert_eq!(sdk.post(&one, &[]).await.json()["description"], "every device");
    assert_eq!(sdk.post(&one, &[("Description", "")]).await.json()["description"], Value::Null);
    let listed = sdk.get(&path).await.json();
    assert_eq!(
        (listed["rate_limits"].as_array().unwrap().len(), &listed["meta"]["key"]),
        (1, &json!("rate_limits"))
    );
    assert_eq!(sdk.delete(&one).await.status, 204);
    assert_error(&sdk.get(&one).await, 404, 20404);
    assert_error(&sdk.delete(&one).await, 404, 20404);
    assert_error(&sdk.post(&one, &[("Description", "x")]).await, 404, 20404);
    assert_eq!(sdk.get(&path).await.json()["rate_limits"], json!([]));
}

#[tokio::test]
async fn a_limit_without_buckets_refuses_nothing_and_a_bucket_counts() {
    let (_app, _, sdk, service) = world().await;
    let limit = add(&sdk, &service, "device").await;
    let subject = json!({ "device": "d-1" });
    for to in ["a@recipient.example", "b@recipient.example"] {
        assert_eq!(begin(&sdk, &service, to, &subject).await, 201);
    }
    let one = bucket(&sdk, &limit, "3", "600").await;
    assert_eq!(begin(&sdk, &service, "c@recipient.example", &subject).await, 201);
    assert_eq!(begin(&sdk, &service, "d@recipient.example", &subject).await, 429, "all three are counted");
    let widened = sdk.post(&one, &[("Max", "4")]).await;
    assert_eq!(
        (widened.status, &widened.json()["max"], sid(&widened)),
        (200, &json!(4), sid(&sdk.get(&one).await))
    );
    assert_eq!(begin(&sdk, &service, "d@recipient.example", &subject).await, 201);
    assert_eq!(begin(&sdk, &service, "e@recipient.example", &subject).await, 429);
    assert_eq!(sdk.delete(&one).await.status, 204);
    assert_eq!(begin(&sdk, &service, "e@recipient.example", &subject).await, 201);
    // The other service does not have the limit.
    let first = sdk.service().await;
    assert_eq!(begin(&sdk, &first, "f@recipient.example", &subject).await, 400);
}

#[tokio::test]
async fn a_bucket_is_the_window_of_a_length() {
    let (_app, _, sdk, service) = world().await;
    let limit = add(&sdk, &service, "device").await;
    let (hour, day) = (bucket(&sdk, &limit, "5", "3600").await, bucket(&sdk, &limit, "20", "86400").await);
    let shown = sdk.get(&hour).await.json();
    assert_eq!((&shown["max"], &shown["interval"]), (&json!(5), &json!(3600)));
    assert!(
        shown["sid"].as_str().unwrap().starts_with("BL")
            && limit.ends_with(shown["rate_limit_sid"].as_str().unwrap())
    );
    let buckets = format!("{limit}/Buckets");
    assert_error(&sdk.post(&buckets, &[("Max", "9"), ("Interval", "3600")]).await, 400, 60200);
    assert_error(&sdk.post(&hour, &[("Interval", "86400")]).await, 400, 60200);
    let moved = sdk.post(&hour, &[("Interval", "60")]).await;
    assert_eq!((moved.status, &moved.json()["interval"], &moved.json()["max"]), (200, &json!(60), &json!(5)));
    assert_error(&sdk.get(&hour).await, 404, 20404);
    let listed = sdk.get(&buckets).await.json();
    let seconds: Vec<_> =
        listed["buckets"].as_array().unwrap().iter().map(|one| one["interval"].as_i64()).collect();
    assert_eq!(seconds, [Some(60), Some(86_400)]);
    for interval in ["61", "62", "63"] {
        bucket(&sdk, &limit, "5", interval).await;
    }
    assert_error(&sdk.post(&buckets, &[("Max", "5"), ("Interval", "64")]).await, 400, 60200);
    assert_eq!(sdk.delete(&day).await.status, 204);
    assert_error(&sdk.delete(&day).await, 404, 20404);
}

#[tokio::test]
async fn a_limit_of_all_purposes_is_shown_and_not_deleted_here() {
    let (app, tenant, sdk, service) = world().await;
    let patch = json!({ "policy": { "limits": { "named": { "session": ["2/10m"] } } } }).to_string();
    let api = app.api.bearing(&tenant.key);
    assert_eq!(api.send(reqwest::Method::PATCH, "/v1/tenant", patch.into_bytes()).await.status, 200);
    let listed = sdk.get(&format!("{service}/RateLimits")).await.json();
    assert_eq!(listed["rate_limits"][0]["unique_name"], "session", "{listed}");
    let limit = format!("{service}/RateLimits/{}", listed["rate_limits"][0]["sid"].as_str().unwrap());
    assert_error(&sdk.delete(&limit).await, 400, 60200);
    assert_error(&sdk.post(&format!("{service}/RateLimits"), &[("UniqueName", "session")]).await, 400, 60200);
    // What the service changes of it is its own.
    bucket(&sdk, &limit, "1", "60").await;
    let effective = api.get("/v1/tenant").await.json();
    assert_eq!(
        effective["effective"]["login"]["limits"]["named"]["session"],
        json!(["2/10m"]),
        "{effective}"
    );
    assert_eq!(sdk.get(&format!("{limit}/Buckets")).await.json()["buckets"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_no_limit_is_refused_by_its_name() {
    let (_app, _, sdk, service) = world().await;
    let path = format!("{service}/RateLimits");
    for name in ["", "Device", "end-user", "1st", "two words", &"a".repeat(33)] {
        let refused = assert_error(&sdk.post(&path, &[("UniqueName", name)]).await, 400, 60200);
        assert!(refused["message"].as_str().unwrap().contains("UniqueName"), "{refused}");
    }
    let refused = sdk.post(&path, &[("UniqueName", "Device")]).await.json();
    assert!(
        refused["message"].as_str().unwrap().contains("lower-case letters, digits and underscores"),
        "{refused}"
    );
    assert_error(&sdk.post(&path, &[]).await, 400, 60200);
    assert_error(&sdk.post(&path, &[("UniqueName", "a"), ("Description", "two\nlines")]).await, 400, 60200);
    assert_error(&sdk.post(&path, &[("UniqueName", "a"), ("Else", "x")]).await, 400, 60200);
    let limit = add(&sdk, &service, "device").await;
    assert_error(&sdk.post(&path, &[("UniqueName", "device")]).await, 400, 60200);
    for (name, form) in [
        ("Max", [("Max", "0"), ("Interval", "60")]),
        ("Max", [("Max", "51"), ("Interval", "60")]),
        ("Max", [("Max", "-1"), ("Interval", "60")]),
        ("Interval", [("Max", "1"), ("Interval", "0")]),
        ("Interval", [("Max", "1"), ("Interval", "86401")]),
        ("Interval", [("Max", "1"), ("Interval", "1h")]),
        ("Else", [("Max", "1"), ("Else", "1")]),
    ] {
        let refused = assert_error(&sdk.post(&format!("{limit}/Buckets"), &form).await, 400, 60200);
        assert!(refused["message"].as_str().unwrap().contains(name), "{refused}");
    }
    assert_eq!(sdk.get(&format!("{limit}/Buckets")).await.json()["buckets"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_sixteen_are_added_and_none_is_lost() {
    let (_app, _, sdk, service) = world().await;
    for number in 0..13 {
        add(&sdk, &service, &format!("limit_{number}")).await;
    }
    let mut tasks = JoinSet::new();
    for number in 13..19 {
        let (sdk, path) = (sdk.clone(), format!("{service}/RateLimits"));
        let name = format!("limit_{number}");
        tasks.spawn(async move { sdk.post(&path, &[("UniqueName", name.as_str())]).await });
    }
    let answers = tasks.join_all().await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let listed = sdk.get(&format!("{service}/RateLimits")).await.json();
    assert_eq!(listed["rate_limits"].as_array().unwrap().len(), 13 + made);
    assert!(made <= 3, "{made}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert!([400, 503].contains(&answer.status), "{}", answer.body);
    }
    for number in 20..23 {
        sdk.post(&format!("{service}/RateLimits"), &[("UniqueName", &format!("limit_{number}"))]).await;
    }
    assert_error(&sdk.post(&format!("{service}/RateLimits"), &[("UniqueName", "more")]).await, 400, 60207);
}

#[tokio::test]
async fn they_are_closed_to_another_tenant_and_to_another_service() {
    let (app, _, sdk, service) = world().await;
    let limit = add(&sdk, &service, "device").await;
    let one = bucket(&sdk, &limit, "5", "60").await;
    let (other, stranger) = (sdk.service().await, Sdk::of(&app, &app.tenant().await).await);
    let theirs = stranger.service().await;
    // The same name elsewhere is another limit.
    add(&sdk, &other, "device").await;
    add(&stranger, &theirs, "device").await;
    let elsewhere = |path: &str, to: &str| path.replace(&service, to);
    for (sdk, limit, one) in [
        (&stranger, limit.clone(), one.clone()),
        (&stranger, elsewhere(&limit, &theirs), elsewhere(&one, &theirs)),
        (&sdk, elsewhere(&limit, &other), elsewhere(&one, &other)),
    ] {
        for path in [&limit, &one] {
            assert_error(&sdk.get(path).await, 404, 20404);
            assert_error(&sdk.post(path, &[("Max", "50")]).await, 404, 20404);
            assert_error(&sdk.delete(path).await, 404, 20404);
        }
        assert_error(&sdk.get(&format!("{limit}/Buckets")).await, 404, 20404);
        let form = [("Max", "5"), ("Interval", "61")];
        assert_error(&sdk.post(&format!("{limit}/Buckets"), &form).await, 404, 20404);
    }
    // A bucket of the same length below another limit of the service is another one.
    let card = add(&sdk, &service, "card").await;
    bucket(&sdk, &card, "7", "60").await;
    let crossed = format!("{card}/{}", &one[one.find("Buckets").unwrap()..]);
    assert_error(&sdk.get(&crossed).await, 404, 20404);
    assert_error(&sdk.post(&crossed, &[("Max", "50")]).await, 404, 20404);
    assert_error(&sdk.delete(&crossed).await, 404, 20404);
    assert_eq!(sdk.get(&format!("{card}/Buckets")).await.json()["buckets"][0]["max"], 7);
    let path = format!("{service}/RateLimits");
    assert_error(&stranger.get(&path).await, 404, 20404);
    assert_error(&stranger.post(&path, &[("UniqueName", "theirs")]).await, 404, 20404);
    assert_eq!(sdk.get(&one).await.json()["max"], 5);
}
