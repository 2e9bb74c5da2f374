//! Sealed data that stays in the store is sealed again, and then the former key can be removed.

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::sub_key::{KeyPurpose, OVERLAP};
use otpmint::service::{FormerReceipts, KeyState};

use crate::api::harness::{JANE, TestApp};

/// The version under which each tenant's account is sealed, in order of registration.
fn versions(app: &TestApp) -> String {
    app.database()
        .text("SELECT group_concat(hex(substr(routes, 2, 4))) FROM (SELECT routes FROM tenants ORDER BY id) AS ordered")
}

#[tokio::test]
async fn accounts_are_sealed_again_in_the_background_and_go_on_working() {
    let app = TestApp::start().await;
    let tenants = [app.tenant().await, app.tenant().await, app.tenant().await];
    // Somebody has tampered with this row.
    app.database().change("UPDATE tenants SET routes = CAST(substr(routes, 1, 20) || zeroblob(60) AS BLOB) WHERE id = (SELECT max(id) FROM tenants)");
    app.rotate_sub_keys(&[KeyPurpose::Seal]).await;
    assert_eq!(versions(&app), "00000002,00000002,00000001");
    for tenant in &tenants[..2] {
        app.mint(tenant, JANE).await;
    }
    assert_eq!(app.api.mint(JANE, &tenants[2].key).await.status, 503);
    let app = app.restart(|_| {}).await;
    app.mint(&tenants[0], JANE).await;
}

#[tokio::test]
async fn a_former_key_is_removed_when_nothing_can_need_it_and_not_before() {
    let app = TestApp::start().await;
    let (tenant, idle) = (app.tenant().await, app.tenant().await);
    app.mint(&tenant, JANE).await;
    app.seal_audit().await;
    app.rotate_sub_keys(&KeyPurpose::ALL).await;
    let pruned = async || {
        let removed = app.app().services().keys.prune(FormerReceipts::Keep, Actor::default()).await.unwrap();
        removed.into_iter().map(|key| (key.purpose.as_str(), key.version)).collect::<Vec<_>>()
    };
    assert_eq!(pruned().await, []);
    app.clock.pass(OVERLAP);
    assert_eq!(
        pruned().await,
        [("request", 1), ("receipt", 1)],
        "the code of the challenge is not erased yet"
    );
    app.sweep().await;
    app.sweep().await;
    assert_eq!(pruned().await, [("seal", 1), ("code", 1)]);
    // A week later nothing is known about the recipient; both secret keys have been used.
    app.clock.pass_seconds(8 * 86_400);
    app.sweep().await;
    for tenant in [&tenant, &idle] {
        app.authenticated(tenant).await;
    }
    assert_eq!(pruned().await, [("recipient", 1)], "the operator token has not been used yet");
    assert_eq!(app.operator().get("/v1/admin/tenants").await.status, 200);
    assert_eq!(pruned().await, [("secret_key", 1)]);
    // The audit trail names the challenge for three months, and so long needs its seals.
    app.clock.pass_seconds(90 * 86_400);
    app.seal_audit().await;
    app.sweep().await;
    assert_eq!(pruned().await, [("shareable_key", 1), ("audit", 1)]);
    let left = app.app().services().keys.versions().await.unwrap();
    assert!(left.iter().all(|key| key.version == 2 && key.state == KeyState::InUse), "{left:?}");
    app.look_after_keys().await;
    let app = app.restart(|_| {}).await;
    let challenge = app.mint(&idle, JANE).await;
    app.api.verify(&challenge.key, &challenge.code).await.is(201, "OTP Matched!");
}
