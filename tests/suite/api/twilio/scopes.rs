//! What each key may do on every route.

use reqwest::Method;
use serde_json::json;

use super::{Sdk, assert_error};
use crate::api::harness::TestApp;

const MINT: &[&str] = &["mint"];
const VERIFY: &[&str] = &["verify"];
const MANAGE: &[&str] = &["manage"];
const MINT_OR_VERIFY: &[&str] = &["mint", "verify"];
const ANY: &[&str] = &["mint", "verify", "manage"];

/// The routes below a service, their methods, and the scopes that open them. Nothing of it exists.
const BELOW_A_SERVICE: [(&str, &str, &[&str]); 34] = [
    ("GET", "", MANAGE),
    ("POST", "", MANAGE),
    ("POST", "/Verifications", MINT),
    ("GET", "/Verifications/VE0", ANY),
    ("POST", "/Verifications/VE0", ANY),
    ("POST", "/VerificationCheck", VERIFY),
    ("GET", "/RateLimits", MANAGE),
    ("POST", "/RateLimits", MANAGE),
    ("GET", "/RateLimits/RK0", MANAGE),
    ("POST", "/RateLimits/RK0", MANAGE),
    ("DELETE", "/RateLimits/RK0", MANAGE),
    ("GET", "/RateLimits/RK0/Buckets", MANAGE),
    ("POST", "/RateLimits/RK0/Buckets", MANAGE),
    ("GET", "/RateLimits/RK0/Buckets/BL0", MANAGE),
    ("POST", "/RateLimits/RK0/Buckets/BL0", MANAGE),
    ("DELETE", "/RateLimits/RK0/Buckets/BL0", MANAGE),
    ("GET", "/Entities", ANY),
    ("POST", "/Entities", MINT),
    ("GET", "/Entities/jane", ANY),
    ("DELETE", "/Entities/jane", MINT),
    ("GET", "/Entities/jane/Factors", ANY),
    ("POST", "/Entities/jane/Factors", MINT),
    ("GET", "/Entities/jane/Factors/YF0", ANY),
    ("POST", "/Entities/jane/Factors/YF0", VERIFY),
    ("DELETE", "/Entities/jane/Factors/YF0", MINT),
    ("GET", "/Entities/jane/Challenges", ANY),
    ("POST", "/Entities/jane/Challenges", VERIFY),
    ("GET", "/Entities/jane/Challenges/YC0", ANY),
    ("POST", "/Entities/jane/Challenges/YC0", ANY),
    ("GET", "/Webhooks", MANAGE),
    ("POST", "/Webhooks", MANAGE),
    ("GET", "/Webhooks/YW0", MANAGE),
    ("POST", "/Webhooks/YW0", MANAGE),
    ("DELETE", "/Webhooks/YW0", MANAGE),
];

const OTHERS: [(&str, &str, &[&str]); 10] = [
    ("GET", "/Services", MANAGE),
    ("POST", "/Services", MANAGE),
    ("DELETE", "/Services/VA0", MANAGE),
    ("GET", "/Attempts", MANAGE),
    ("GET", "/Attempts/VL0", MANAGE),
    ("GET", "/Attempts/Summary", MANAGE),
    ("GET", "/Templates", MANAGE),
    ("GET", "/SafeList/Numbers/1", MANAGE),
    ("POST", "/SafeList/Numbers", MANAGE),
    ("GET", "/Services/VA0/MessagingConfigurations", MANAGE),
];

#[tokio::test]
async fn every_route_asks_for_its_scope_before_it_looks_at_anything() {
    let app = TestApp::with(|settings| {
        // Nobody is counted by the address so often.
        settings.limits.verify_per_address = "1000/1m".parse().unwrap();
        settings.limits.mint_per_address = "1000/1m".parse().unwrap();
        settings.limits.wrong_keys_per_address = "1000/1m".parse().unwrap();
        settings.limits.manage_per_tenant = "1000/1m".parse().unwrap();
    })
    .await;
    let tenant = app.tenant().await;
    let whole = Sdk::of(&app, &tenant).await;
    let service = whole.service().await;
    let below = BELOW_A_SERVICE.map(|(method, path, scopes)| (method, format!("{service}{path}"), scopes));
    let others = OTHERS.map(|(method, path, scopes)| (method, path.to_owned(), scopes));
    let mut keys = Vec::new();
    for scope in ["mint", "verify", "manage", "reveal", "relay"] {
        let body = json!({ "name": scope, "scopes": [scope] });
        let new = app.api.bearing(&tenant.key).post("/v1/tenant/keys", &body).await;
        let secret = new.json()["secret"].as_str().map(str::to_owned);
        keys.push((
            scope,
            Sdk::with(&app, &whole.account, &secret.unwrap_or_else(|| panic!("{}", new.body))),
        ));
    }
    for (method, path, scopes) in below.iter().chain(&others) {
        let verb: Method = method.parse().unwrap();
        let nobody = app.api.send(verb.clone(), &format!("/v2{path}"), Vec::new()).await;
        assert_error(&nobody, 401, 20003);
        for (scope, sdk) in &keys {
            let answer = sdk.send(verb.clone(), path, &[]).await;
            if scopes.contains(scope) {
                assert!(![401, 403].contains(&answer.status), "{scope}: {method} {path}: {}", answer.body);
            } else {
                let refused = assert_error(&answer, 403, 20403);
                assert_eq!(refused["more_info"], "/problems/insufficient_scope", "{scope}: {method} {path}");
            }
        }
    }
    // What a key may do follows from what it asks for.
    for (scopes, status) in [(MINT, "canceled"), (VERIFY, "approved")] {
        for (scope, sdk) in keys.iter().filter(|(scope, _)| MINT_OR_VERIFY.contains(scope)) {
            let path = format!("{service}/Verifications/VE00000000000000000000000000000000");
            let answer = sdk.post(&path, &[("Status", status)]).await;
            let expected = if scopes.contains(scope) { (404, 20404) } else { (403, 20403) };
            assert_error(&answer, expected.0, expected.1);
        }
    }
}
