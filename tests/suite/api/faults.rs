//! The original's faults, each of which stays fixed.

use serde_json::json;

use crate::api::harness::{JANE, TestApp, wrong};

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_counted_before_it_is_compared_and_with_the_comparison_in_one_write() {
    // The original selected the counter, compared, and then updated: parallel guesses shared a count.
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    let guess = wrong(&challenge.code);
    let answers = app.api.verify_at_once(&challenge.key, &vec![guess; 5]).await;
    assert!(answers.iter().all(|answer| answer.status == 403), "{answers:?}");
    assert_eq!(app.database().number("SELECT attempts FROM challenges"), 5);
    app.api.verify(&challenge.key, &challenge.code).await.is(400, "Maximum Attempts Reached!");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_is_400_and_not_200() {
    let app = TestApp::start().await;
    for key in ["abcdefghij", "", "x", "AAAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --", "ÄÖÜ", &"k".repeat(5000)]
    {
        app.api.verify(key, "123456").await.is(400, "Error: Invalid shareableKey!");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_never_lives_without_its_counter_and_its_delivery() {
    // The original made two inserts, of which the second could fail; here it is one row.
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    app.mint(&tenant, JANE).await;
    let complete = "SELECT count(*) FROM challenges WHERE attempts = 0 AND max_attempts = 5 \
                    AND code_hash IS NOT NULL AND expires_at > 0";
    assert_eq!(app.database().number(complete), 1);
    // A challenge that could not be opened leaves nothing behind.
    app.mint(&tenant, JANE).await;
    app.mint(&tenant, JANE).await;
    assert_eq!(app.api.mint(JANE, &tenant.key).await.status, 429);
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_code_of_two_challenges_has_two_hashes_and_neither_is_the_code_hashed_plainly() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    for at in 0..6 {
        app.mint(&tenant, &format!("r{at}@recipient.example")).await;
    }
    let database = app.database();
    assert_eq!(database.number("SELECT count(DISTINCT code_hash) FROM challenges"), 6);
    assert_eq!(database.number("SELECT min(length(code_hash)) FROM challenges"), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn shareable_keys_do_not_follow_from_each_other() {
    let app = TestApp::with(|settings| settings.limits.enabled = false).await;
    let tenant = app.tenant().await;
    let mut keys = Vec::new();
    for at in 0..20 {
        keys.push(app.api.mint(&format!("r{at}@recipient.example"), &tenant.key).await.body);
    }
    for (at, one) in keys.iter().enumerate() {
        for other in &keys[at + 1..] {
            let same = one.bytes().zip(other.bytes()).filter(|(a, b)| a == b).count();
            assert!(same < 8, "{one} {other}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_expire_and_what_has_ended_is_purged() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    app.clock.pass_seconds(600);
    app.api.verify(&challenge.key, &challenge.code).await.is(400, "Error: Invalid shareableKey!");
    app.clock.pass_seconds(app.settings.codes.keep_ended_seconds + 1);
    app.sweep().await;
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_on_the_disk_is_a_password_a_key_a_code_or_a_recipient() {
    let app = TestApp::with(|settings| {
        settings.codes.alphabet = otpmint::config::AlphabetName::Unambiguous;
        settings.codes.length = 10;
    })
    .await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    app.api.verify(&challenge.key, &wrong(&challenge.code)).await;
    let files = std::fs::read_dir(&app.settings.data_dir).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let files = files.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()));
    let mut searched = 0;
    for (place, bytes) in files.chain([("the database".to_owned(), app.database().bytes())]) {
        searched += bytes.len();
        for secret in [crate::api::harness::SMTP_PASSWORD, &tenant.key, &challenge.code, JANE, &challenge.key]
        {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {place}");
        }
    }
    assert!(searched > 5_000, "the database was looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_for_a_code_and_a_missing_field_are_400_and_not_500() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, JANE).await;
    let number: u32 = challenge.code.parse().unwrap();
    for body in [
        json!({ "shareableKey": challenge.key, "otp": number }),
        json!({ "shareableKey": challenge.key }),
        json!({ "otp": challenge.code }),
        json!({}),
    ] {
        app.api.post("/verify-otp", &body).await.is_text_problem(400);
    }
    for body in [json!({ "mail": JANE }), json!({ "secretKey": tenant.key }), json!({})] {
        app.api.post("/otp", &body).await.is_text_problem(400);
    }
    let answer = app.api.bearing(&app.operator_token).register(&json!({})).await;
    answer.is_text_problem(400);
    app.api.verify(&challenge.key, &challenge.code).await.is(201, "OTP Matched!");
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_attempts_as_are_set_are_evaluated_and_the_last_may_be_the_right_one() {
    for attempts in [1_u8, 3, 5, 10] {
        let app = TestApp::with(|settings| settings.codes.attempts = attempts).await;
        let tenant = app.tenant().await;
        let lucky = app.mint(&tenant, JANE).await;
        for _ in 1..attempts {
            app.api.verify(&lucky.key, &wrong(&lucky.code)).await.is(403, "OTP Mismatched!");
        }
        app.api.verify(&lucky.key, &lucky.code).await.is(201, "OTP Matched!");

        let late = app.mint(&tenant, "late@recipient.example").await;
        for _ in 0..attempts {
            let body = app.api.verify(&late.key, &wrong(&late.code)).await;
            body.is(403, "OTP Mismatched!");
        }
        app.api.verify(&late.key, &late.code).await.is(400, "Maximum Attempts Reached!");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_fails_once_is_asked_again() {
    use mail_catcher::{Fault, Stage};
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    app.mail.set_faults(vec![Fault::Close(Stage::Rcpt).first(1)]);
    let answer = app.mint_while_time_passes(JANE, &tenant.key).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let code = app.code_after(0, JANE).await;
    app.api.verify(&answer.body, &code).await.is(201, "OTP Matched!");
}
