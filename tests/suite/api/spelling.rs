//! Paths have one spelling, so that a rule of a proxy about a path holds.

use crate::api::harness::{JANE, TestApp};

#[tokio::test]
async fn a_path_with_encoded_letters_is_no_route_in_any_face() {
    let app = TestApp::start().await;
    for (path, encoded) in [
        ("/healthz", "/health%7a"),
        ("/v1/admin/tenants", "/v1/%61dmin/tenants"),
        ("/v1/admin/tenants", "/%761/admin/tenants"),
        ("/v1/tenant", "/v1/t%65nant"),
        ("/v2/Services", "/v2/%53ervices"),
        ("/.well-known/jwks.json", "/%2ewell-known/jwks.json"),
        ("/.well-known/jwks.json", "/.well%2Dknown/jwks.json"),
    ] {
        let (known, other) = (app.api.get(path).await, app.api.get(encoded).await);
        assert_ne!(known.status, 404, "{path}: {}", known.body);
        assert_eq!(other.status, 404, "{encoded}: {}", other.body);
    }
}

#[tokio::test]
async fn a_parameter_in_a_path_may_be_encoded() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    let api = app.api.bearing(&tenant.key);
    let encoded: String = challenge.key.bytes().map(|letter| format!("%{letter:02X}")).collect();
    let seen = api.get(&format!("/v1/challenges/{encoded}")).await;
    assert_eq!(seen.json()["key"], challenge.key.as_str(), "{}", seen.body);
}
