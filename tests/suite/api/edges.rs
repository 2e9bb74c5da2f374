//! The edges of HTTP: methods, media types, what a browser sends for another site, and the words of refusals.

use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use serde_json::{Value, json};

use super::v1::assert_problem;
use crate::api::harness::{Answer, JANE, TestApp, wrong};

fn described() -> Vec<(String, Value)> {
    let description: Value = serde_json::from_str(otpmint::http::openapi()).expect("JSON");
    let paths = description["paths"].as_object().expect("paths").clone();
    paths.into_iter().filter(|(path, _)| path.starts_with("/v1/")).collect()
}

/// A path whose parameters name nothing.
fn placed(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_of_v1_says_what_it_takes_and_answers_head_as_get() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    for (path, methods) in described() {
        let mut wanted: Vec<_> = ["get", "post", "put", "patch", "delete"]
            .into_iter()
            .filter(|method| methods[*method].is_object())
            .map(str::to_uppercase)
            .collect();
        wanted.extend(wanted.contains(&"GET".to_owned()).then(|| "HEAD".to_owned()));
        wanted.push("OPTIONS".to_owned());
        wanted.sort();
        let api = match path.starts_with("/v1/admin") {
            true => app.operator(),
            false => app.api.bearing(&tenant.key),
        };
        let allowed = |answer: &Answer| {
            let mut allowed: Vec<_> =
                answer.header("allow").expect("Allow").split(", ").map(str::to_owned).collect();
            allowed.sort();
            allowed
        };
        let asked = api.send(Method::OPTIONS, &placed(&path), Vec::new()).await;
        assert_eq!((asked.status, asked.body.as_str(), allowed(&asked)), (204, "", wanted.clone()), "{path}");
        let refused = api.send(Method::TRACE, &placed(&path), Vec::new()).await;
        assert_eq!((refused.status, allowed(&refused)), (405, wanted), "{path}");
        if methods["get"].is_object() {
            let (get, head) =
                (api.get(&placed(&path)).await, api.send(Method::HEAD, &placed(&path), Vec::new()).await);
            assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}");
            for header in ["etag", "content-type", "content-length"] {
                assert_eq!(head.header(header), get.header(header), "{path}: {header}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_type_or_in_an_encoding_is_refused_everywhere() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let mut bodies = 0;
    for (path, methods) in described() {
        for method in ["post", "put", "patch"] {
            let operation = &methods[method];
            if operation["requestBody"].is_null() {
                continue;
            }
            bodies += 1;
            let api = match path.starts_with("/v1/admin") {
                true => app.operator(),
                false => app.api.bearing(&tenant.key),
            };
            // Relaying needs a scope of its own, which is asked first.
            if path == "/v1/messages" {
                continue;
            }
            let method: Method = method.to_uppercase().parse().expect("a method");
            let send = async |name: HeaderName, value: &str| {
                api.with(name, value).send(method.clone(), &placed(&path), b"{}".to_vec()).await
            };
            for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x"] {
                let answer = send(CONTENT_TYPE, kind).await;
                // What curl and browsers say of a text whose type nobody has told them.
                let says_nothing = kind.starts_with("text/") || kind.contains("form");
                if says_nothing && path != "/v1/tenant/logo" {
                    assert_ne!(answer.status, 415, "{path}: {}", answer.body);
                } else {
                    assert_problem(&answer, 415, "unsupported_media_type");
                }
                // A page of another site needs no preflight for it.
                let foreign = api.with(CONTENT_TYPE, kind).with(ORIGIN, "https://evil.example");
                let answer = foreign.send(method.clone(), &placed(&path), b"{}".to_vec()).await;
                assert_problem(&answer, 415, "unsupported_media_type");
            }
            for encoding in ["gzip", "br", "x"] {
                assert_problem(&send(CONTENT_ENCODING, encoding).await, 415, "unsupported_media_type");
            }
            let plain = send(CONTENT_ENCODING, "identity").await;
            let plain_type = send(CONTENT_TYPE, "application/json; charset=utf-8").await;
            if path != "/v1/tenant/logo" {
                assert!(plain.status != 415 && plain_type.status != 415, "{path}: {}", plain.body);
            }
        }
    }
    assert!(bodies > 15, "{bodies}");
}

#[tokio::test(flavor = "multi_thread")]
async fn long_answers_are_compressed_and_what_has_a_secret_is_not() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    for number in 0..40 {
        let body = json!({ "name": format!("app {number}") }).to_string().into_bytes();
        assert_eq!(api.send(Method::PATCH, "/v1/tenant", body).await.status, 200);
    }
    let test = api.post("/v1/tenant/sandbox/keys", &json!({})).await.json();
    let tester = app.api.bearing(test["secret"].as_str().expect("a key"));
    for _ in 0..5 {
        tester.post("/v1/challenges", &json!({ "to": "delivered@otpmint.test" })).await;
    }
    for (api, path, is_compressed) in [
        (&app.api, "/openapi.json", true),
        (&api, "/v1/tenant/audit", true),
        (&api, "/v1/tenant", false),
        (&tester, "/v1/sandbox/outbox", false),
    ] {
        let plain = api.get(path).await;
        assert!(plain.header("content-encoding").is_none() && plain.body.len() > 1_024, "{path}");
        let packed = api.with(ACCEPT_ENCODING, "gzip").get(path).await;
        let encoding = packed.header("content-encoding");
        assert_eq!(encoding, is_compressed.then_some("gzip"), "{path}");
        if is_compressed {
            assert!(packed.header("vary").is_some_and(|vary| vary.contains("Accept-Encoding")), "{path}");
            assert_ne!(packed.header("etag"), plain.header("etag"), "{path}");
            let length: usize = packed.header("content-length").expect("a length").parse().expect("a number");
            assert!(length * 2 < plain.body.len(), "{path}: {length} of {}", plain.body.len());
        }
    }
}

/// Words of the library that reads JSON, none of which explains a field.
const OF_LIBRARIES: [&str; 12] = [
    "expected",
    "invalid type",
    "invalid value",
    "invalid length",
    "missing field",
    "unknown field",
    "unknown variant",
    "duplicate field",
    "struct ",
    "at line",
    "u16",
    "u32",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_refusal_speaks_the_language_of_a_library() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let relay = json!({ "name": "relays", "scopes": ["relay"] });
    let relay = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &relay).await.json();
    let mut refused = 0;
    for (path, methods) in described() {
        for method in ["post", "put", "patch"] {
            let content = &methods[method]["requestBody"]["content"];
            let Some(example) = content.as_object().and_then(|kinds| kinds.values().next()?.get("example"))
            else {
                continue;
            };
            let api = match path.as_str() {
                _ if path.starts_with("/v1/admin") => app.operator(),
                "/v1/messages" => app.api.bearing(relay["secret"].as_str().expect("a secret")),
                _ => app.api.bearing(&tenant.key),
            };
            let method: Method = method.to_uppercase().parse().expect("a method");
            for body in spoiled(example) {
                let answer = api.send(method.clone(), &placed(&path), body.clone().into_bytes()).await;
                let told = answer.body.to_lowercase();
                // The names and words of ours, and what was sent, are in quotes or after a colon.
                for words in OF_LIBRARIES {
                    assert!(!told.contains(words), "{method} {path} with {body}: {}", answer.body);
                }
                assert!(answer.status < 500, "{method} {path} with {body}: {}", answer.body);
                if answer.status == 422 && answer.body.contains("\"invalid_field\"") {
                    refused += 1;
                    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
                    assert!(!errors.is_empty(), "{method} {path} with {body}: {}", answer.body);
                }
            }
        }
    }
    assert!(refused > 200, "{refused}");
}

/// The example with each field in turn of another type, missing, and twice, and with one that nobody knows.
fn spoiled(example: &Value) -> Vec<String> {
    let Some(fields) = example.as_object() else { return Vec::new() };
    let mut bodies = vec!["{}".to_owned(), "[]".to_owned(), "{".to_owned(), "null".to_owned()];
    let mut with = |name: &str, value: Value| {
        let mut other = example.clone();
        other[name] = value;
        bodies.push(other.to_string());
    };
    with("no_such_field", json!(1));
    for name in fields.keys() {
        for value in [
            json!(null),
            json!(true),
            json!(-1),
            json!(1.5),
            json!(4_294_967_296_u64),
            json!("\u{0}"),
            json!([]),
            json!({}),
            json!([1]),
            json!({ "x": 1 }),
            json!([[{}]]),
        ] {
            with(name, value);
        }
    }
    for name in fields.keys() {
        let mut other = fields.clone();
        other.remove(name);
        bodies.push(Value::Object(other).to_string());
        bodies.push(example.to_string().replacen('{', &format!("{{\"{name}\":0,"), 1));
    }
    bodies
}

#[tokio::test]
async fn all_that_is_wrong_with_a_body_is_told_at_once() {
    let app = TestApp::start().await;
    let api = app.api.bearing(&app.tenant().await.key);
    let body =
        r#"{"to": 1, "purpose": true, "ttl": "x", "metadata": {"a/b": {}, "c": "1", "c": "2"}, "what": 1}"#;
    let answer = api.send(Method::POST, "/v1/challenges", body.as_bytes().to_vec()).await;
    let problem = assert_problem(&answer, 422, "invalid_field");
    let errors = problem["errors"].as_array().expect("errors");
    let pointers: Vec<_> = errors.iter().map(|error| error["pointer"].as_str().expect("a pointer")).collect();
    for pointer in ["/metadata/c", "/to", "/purpose", "/ttl", "/metadata/a~1b", "/what"] {
        assert!(pointers.contains(&pointer), "{pointer} is not among {pointers:?}: {}", answer.body);
    }
    assert_eq!(problem["detail"], errors[0]["detail"]);
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
}

#[tokio::test]
async fn the_compat_routes_take_each_field_once_and_nothing_from_another_site() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let twice = format!(r#"{{"mail":"{JANE}","secretKey":"{}","mail":"eve@recipient.example"}}"#, tenant.key);
    let answer = app.api.send(Method::POST, "/otp", twice.into_bytes()).await;
    assert_eq!((answer.status, answer.body.as_str()), (400, "Error: mail occurs twice."));
    let body = json!({ "mail": JANE, "secretKey": tenant.key }).to_string().into_bytes();
    let fetch_site = HeaderName::from_static("sec-fetch-site");
    for site in ["cross-site", "same-site", "x"] {
        for path in ["/otp", "/verify-otp", "/reg_secretkey"] {
            let forged = app.api.json().with(fetch_site.clone(), site);
            let answer = forged.send(Method::POST, path, body.clone()).await;
            assert_eq!((answer.status, &answer.json()["code"]), (403, &json!("cross_site")), "{path} {site}");
        }
    }
    let evil = app.api.with(ORIGIN, "https://evil.example");
    for kind in ["text/plain", "Application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let answer = evil.with(CONTENT_TYPE, kind).send(Method::POST, "/otp", body.clone()).await;
        assert_eq!(answer.status, 403, "{kind}: {}", answer.body);
    }
    assert_eq!(app.mails_to(JANE), 0);
    // Programs, the server's own pages, and a browser's user.
    for (name, value) in [
        (fetch_site.clone(), "same-origin"),
        (fetch_site, "none"),
        (CONTENT_TYPE, "text/plain"),
        (HOST, "otp.example.com"),
    ] {
        let answer = app.api.with(name.clone(), value).send(Method::POST, "/otp", body.clone()).await;
        assert!([200, 429].contains(&answer.status), "{name}: {value}: {} {}", answer.status, answer.body);
    }
}

#[tokio::test]
async fn digits_of_other_scripts_are_digits() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    let api = app.api.bearing(&tenant.key);
    let written = |code: &str, zero: char| -> String {
        let digit = |c: char| char::from_u32(zero as u32 + c.to_digit(10)?);
        code.chars().filter_map(digit).collect()
    };
    let path = format!("/v1/challenges/{}/verify", challenge.key);
    // Arabic-Indic, Persian, Devanagari, full-width.
    for zero in ['\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}'] {
        let answer = api.post(&path, &json!({ "code": written(&wrong(&challenge.code), zero) })).await;
        assert_problem(&answer, 403, "code_mismatch");
    }
    let answer = api.post(&path, &json!({ "code": written(&challenge.code, '\u{660}') })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}
