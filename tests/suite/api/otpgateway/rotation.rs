//! Ids under new keys, and after a restart.

use otpmint::domain::sub_key::KeyPurpose;

use super::{Gateway, ID, data, fails, start};
use crate::api::harness::{JANE, wrong};

const PENDING: &str = "SELECT count(*) FROM challenges WHERE status = 'pending'";

#[tokio::test]
async fn an_id_names_its_code_across_rotations_and_restarts() {
    let (app, tenant, gateway) = start().await;
    let code = gateway.issued(&app, ID, JANE).await;
    app.rotate_sub_keys(&KeyPurpose::ALL).await;
    fails(&gateway.check(ID, &wrong(&code)).await, 400, "Incorrect OTP");
    app.clock.pass_seconds(30);
    let before = app.mails_to(JANE);
    assert_eq!(data(&gateway.mail(ID, JANE).await)["generate"], 2);
    assert_eq!(app.code_after(before, JANE).await, code);
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    let app = app.restart(|_| {}).await;
    let gateway = Gateway::of(&app, &tenant);
    assert_eq!(data(&gateway.check_and_keep(ID, &code).await)["attempts"], 2);
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    data(&gateway.take_status(ID).await);
    fails(&gateway.status(ID).await, 400, "the OTP does not exist");
}

#[tokio::test]
async fn a_new_code_replaces_one_from_before_the_rotation() {
    let (app, _, gateway) = start().await;
    gateway.issued(&app, ID, JANE).await;
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    let code = gateway.issued(&app, ID, "other@recipient.example").await;
    assert_eq!(app.database().number(PENDING), 1);
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    data(&gateway.check(ID, &code).await);
    assert_eq!(app.database().number(PENDING), 0);
}
