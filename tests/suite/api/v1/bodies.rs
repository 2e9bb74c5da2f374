//! Invalid bodies: each answer names the field, and nothing is done.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Backend, assert_problem};
use crate::api::harness::{JANE, TestApp};

#[tokio::test]
async fn each_wrong_field_is_named() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let long = "x".repeat(501);
    for (body, pointer) in [
        (json!({}), "/to"),
        (json!({ "to": 5 }), "/to"),
        (json!({ "to": "nobody" }), "/to"),
        (json!({ "to": JANE, "surprise": 1 }), "/surprise"),
        (json!({ "to": JANE, "purpose": "Log In" }), "/purpose"),
        (json!({ "to": JANE, "ttl": 59 }), "/ttl"),
        (json!({ "to": JANE, "ttl": "600" }), "/ttl"),
        (json!({ "to": JANE, "code": { "length": 11 } }), "/code/length"),
        (json!({ "to": JANE, "code": { "alphabet": "emoji" } }), "/code/alphabet"),
        (json!({ "to": JANE, "code": { "size": 6 } }), "/code/size"),
        (json!({ "to": JANE, "code": [6, "digits"] }), "/code"),
        (json!({ "to": JANE, "metadata": { "a": 1 } }), "/metadata/a"),
        (json!({ "to": JANE, "metadata": { "a": long } }), "/metadata"),
        (json!({ "to": JANE, "nonce": "" }), "/nonce"),
        (json!({ "to": JANE, "locale": "Klingon" }), "/locale"),
        (json!({ "to": JANE, "bind": { "": "x" } }), "/bind"),
        (json!({ "to": JANE, "end_user_ip": "here" }), "/end_user_ip"),
    ] {
        let problem = assert_problem(&backend.mint(&body).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
}

#[tokio::test]
async fn all_values_that_are_not_allowed_are_told_at_once() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let settings = json!({
        "name": "x".repeat(101), "return_urls": ["http://a.example/", "https://b.example/", "x"],
        "phone": { "region": "Atlantis", "rules": { "calls_per_day": 0 } }, "mints": { "per_hour": 0, "per_day": 0 },
        "brand": { "accent": "red" }, "purposes": { "Log In": {}, "x/y": {} },
    });
    let of_settings = [
        "/name",
        "/return_urls/0",
        "/return_urls/2",
        "/phone/region",
        "/phone/rules/calls_per_day",
        "/mints/per_hour",
        "/mints/per_day",
        "/brand/accent",
        "/purposes/Log In",
        "/purposes/x~1y",
    ];
    let policies = json!({
        "policy": { "sends": 99, "resend_after": [], "fallback_after": 1 },
        "purposes": { "login": { "sends": 0, "ttl": 5 } },
    });
    let of_policies = [
        "/policy/sends",
        "/policy/resend_after",
        "/policy/fallback_after",
        "/purposes/login/sends",
        "/purposes/login/ttl",
    ];
    let mint = json!({ "to": "nobody", "purpose": "Log In", "locale": "Klingon", "app_hash": "x" });
    let hook = json!({ "url": "ftp://a.example", "description": "x".repeat(201), "events": ["all"] });
    let factor = json!({ "identity": "", "issuer": "", "return_url": "x", "digits": 99 });
    let before = api.get("/v1/tenant").await.body;
    for (method, path, body, pointers) in [
        (Method::PATCH, "/v1/tenant", &settings, &of_settings[..]),
        (Method::PATCH, "/v1/tenant", &policies, &of_policies),
        (Method::POST, "/v1/challenges", &mint, &["/to", "/purpose", "/locale", "/app_hash"]),
        (Method::POST, "/v1/tenant/webhooks", &hook, &["/url", "/description", "/events/0"]),
        (
            Method::POST,
            "/v1/tenant/keys",
            &json!({ "name": " ", "scopes": ["all"] }),
            &["/name", "/scopes/0"],
        ),
        (Method::POST, "/v1/factors", &factor, &["/identity", "/issuer", "/return_url", "/digits"]),
    ] {
        let answer = api.send(method, path, body.to_string().into_bytes()).await;
        let problem = assert_problem(&answer, 422, "invalid_field");
        let errors = problem["errors"].as_array().expect("a list");
        let told: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().expect("a pointer")).collect();
        assert_eq!(told, pointers, "{path}");
        assert_eq!(problem["detail"], errors[0]["detail"]);
    }
    assert_eq!(api.get("/v1/tenant").await.body, before);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_route_or_a_list_is_told_at_once() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let (api, operator) = (app.api.bearing(&tenant.key), app.operator());
    let wrong = json!({
        "name": "x".repeat(101), "host": "no host", "port": 0, "username": "", "password": "", "from": "nobody",
    });
    let with = |more: Value| {
        let mut body = wrong.clone();
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    let fields = ["name", "host", "port", "username", "password", "from"];
    let at = |place: &str| fields.iter().map(|field| format!("{place}/{field}")).collect::<Vec<_>>();
    let oauth = json!({
        "provider": "google", "grant": "refresh_token", "client_id": "", "client_email": "x", "key_id": "x",
    });
    let login =
        json!({ "host": "a.example", "port": 587, "username": "x", "from": "a@b.example", "oauth": oauth });
    let log =
        json!({ "transport": "log", "name": "x".repeat(101), "channels": ["a", "sms", "b"], "settings": {} });
    let lists = json!({
        "phone": { "countries": ["DE", "XX", "ZZZ"] }, "locale": "Klingon",
        "spray": { "level": "odd", "longer_by": 99, "attempts": 99 },
    });
    let strings = |pointers: &[&str]| pointers.iter().map(|&pointer| pointer.to_owned()).collect::<Vec<_>>();
    for (api, method, path, body, pointers) in [
        (
            &api,
            Method::PUT,
            "/v1/tenant/smtp",
            json!({ "accounts": [wrong, wrong] }),
            [at("/accounts/0"), at("/accounts/1")].concat(),
        ),
        (&api, Method::POST, "/v1/tenant/routes", with(json!({ "transport": "smtp" })), at("")),
        (
            &api,
            Method::PUT,
            "/v1/tenant/smtp",
            json!({ "accounts": [login] }),
            strings(&[
                "/accounts/0/oauth/client_id",
                "/accounts/0/oauth/client_email",
                "/accounts/0/oauth/key_id",
            ]),
        ),
        (&api, Method::POST, "/v1/tenant/routes", log, strings(&["/name", "/channels/0", "/channels/2"])),
        (
            &api,
            Method::PATCH,
            "/v1/tenant",
            lists,
            strings(&[
                "/locale",
                "/phone/countries/1",
                "/phone/countries/2",
                "/spray/level",
                "/spray/longer_by",
                "/spray/attempts",
            ]),
        ),
        (
            &operator,
            Method::POST,
            "/v1/admin/tenants",
            json!({ "name": "x".repeat(101), "smtp": wrong }),
            [strings(&["/name"]), at("/smtp")].concat(),
        ),
    ] {
        let answer = api.send(method, path, body.to_string().into_bytes()).await;
        let problem = assert_problem(&answer, 422, "invalid_field");
        let errors = problem["errors"].as_array().expect("a list");
        let told: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().expect("a pointer")).collect();
        assert_eq!(told, pointers, "{path}");
    }
}

#[tokio::test]
async fn a_code_of_the_wrong_type_is_not_repeated_in_the_answer() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    let answer = backend.verify_with("whatever", &json!({ "code": 352_640 })).await;
    let problem = assert_problem(&answer, 422, "invalid_field");
    assert_eq!(problem["detail"], "must be a string");
    assert!(!answer.body.contains("352640"), "{}", answer.body);
}

#[tokio::test]
async fn what_is_not_one_json_object_is_refused() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let trailing = format!(r#"{{"to":"{JANE}"}}{{}}"#);
    for body in ["", "{", "[]", "[1]x", "null", &trailing] {
        let answer = api.send(Method::POST, "/v1/challenges", body.into()).await;
        assert_problem(&answer, 400, "invalid_json");
    }
    let twice = format!(r#"{{"to":"{JANE}","to":"{JANE}"}}"#);
    let answer = api.send(Method::POST, "/v1/challenges", twice.into()).await;
    let problem = assert_problem(&answer, 422, "invalid_field");
    assert_eq!(problem["detail"], "occurs twice");
    let answer = api.send(Method::POST, "/v1/challenges", vec![b' '; 17 * 1024]).await;
    assert_problem(&answer, 413, "body_too_large");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    assert_problem(&api.get("/v1/nothing").await, 404, "not_found");
    assert_problem(&api.get("/v1/challenges").await, 405, "method_not_allowed");
    assert_problem(&api.send(Method::PUT, "/v1/verify", Vec::new()).await, 405, "method_not_allowed");
}
