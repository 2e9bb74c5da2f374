//! An operator's own account: the password, and the codes of an authenticator app.

use otpmint::domain::reports::actor::Actor;
use otpmint::domain::time::Clock;
use reqwest::Method;
use totp_rs::{Builder, Secret};

use super::{Browser, NAME, PASSWORD, SIGN_IN, audited, hidden, leads, shows, start, start_with};
use crate::api::harness::{Answer, TestApp};

const ACCOUNT: &str = "/console/account";
const TOTP: &str = "/console/account/totp";
const NEW: &str = "quiet-otter-on-9-bicycles";

#[tokio::test]
async fn changing_the_password_ends_the_other_sessions() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let mut other = Browser::at(&app);
    leads(&other.sign_in(PASSWORD).await);
    let change = [("password", PASSWORD), ("new", NEW), ("again", NEW)];
    assert_eq!(
        leads(&browser.submit("/console/account/password", &change).await),
        "/console/account?done=password"
    );
    shows(&browser.get("/console/account?done=password").await, 200, "The password is changed.");
    assert!(browser.is_signed_in().await && !other.is_signed_in().await);
    assert_eq!(other.sign_in(PASSWORD).await.status, 403);
    assert_eq!(leads(&other.sign_in(NEW).await), "/console");
    assert!(audited(&app).contains(&"operator_password jane".to_owned()));
}

#[tokio::test]
async fn changing_the_password_leaves_everybody_elses_sessions_alone() {
    let app = start().await;
    let tenant = app.tenant().await;
    let (mut browser, mut other) = (Browser::set_up(&app).await, Browser::at(&app));
    let mut tenants = super::tenant::signed_in(&app, &tenant).await;
    let link = super::setup_link(&app).await;
    leads(&other.post(&link, &super::account("joe", PASSWORD)).await);
    let change = [("password", PASSWORD), ("new", NEW), ("again", NEW)];
    leads(&browser.submit("/console/account/password", &change).await);
    assert!(other.is_signed_in().await && tenants.is_signed_in().await);
}

#[tokio::test]
async fn a_password_changes_only_for_whoever_knows_the_present_one() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    for (password, new, again, status, told) in [
        ("wrong-password-1", NEW, NEW, 403, "That was not right."),
        ("", NEW, NEW, 403, "That was not right."),
        (PASSWORD, NEW, "other", 422, "not the same"),
        (PASSWORD, "Zr8#kPw2!vQx5@", "Zr8#kPw2!vQx5@", 422, "at least 15 characters"),
        (PASSWORD, "test-example-2026", "test-example-2026", 422, "little more than your name"),
    ] {
        let change = [("password", password), ("new", new), ("again", again)];
        shows(&browser.submit("/console/account/password", &change).await, status, told);
    }
    assert_eq!(leads(&browser.sign_in(PASSWORD).await), "/console");
}

/// The code of an app with this secret.
pub fn code(app: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build_noncompliant();
    totp.generate(app.clock.now().as_millis().unsigned_abs() / 1000).to_string()
}

/// Sets up an app; its secret.
pub async fn set_up_app(app: &TestApp, browser: &mut Browser) -> String {
    let page = browser.get(TOTP).await;
    shows(&page, 200, "<svg xmlns=");
    let secret = hidden(&page.body, "secret");
    assert!(page.body.contains(&format!("otpauth://totp/OtpMint:{NAME}?secret={secret}")), "{}", page.body);
    let fields = [("secret", secret.as_str()), ("code", &code(app, &secret)), ("password", PASSWORD)];
    let token = hidden(&page.body, "form");
    let fields = [[("form", token.as_str())].as_slice(), &fields].concat();
    assert_eq!(leads(&browser.post(TOTP, &fields).await), "/console/account?done=totp_on");
    secret
}

async fn sign_in(browser: &mut Browser, password: &str, code: &str) -> Answer {
    browser.post(SIGN_IN, &[("name", NAME), ("password", password), ("code", code)]).await
}

#[tokio::test]
async fn with_an_app_signing_in_takes_its_code_and_takes_it_once() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    let first = code(&app, &secret);
    let mut other = Browser::at(&app);
    assert_eq!(sign_in(&mut other, PASSWORD, &first).await.status, 403, "it was used to set up the app");
    app.clock.pass_seconds(30);
    let second = code(&app, &secret);
    for (password, typed) in [(PASSWORD, ""), (PASSWORD, "000000"), ("wrong-password-1", &second)] {
        shows(&sign_in(&mut other, password, typed).await, 403, "That was not right.");
    }
    assert_eq!(leads(&sign_in(&mut other, PASSWORD, &second).await), "/console");
    assert_eq!(sign_in(&mut other, PASSWORD, &second).await.status, 403);
    app.clock.pass_seconds(60);
    assert_eq!(sign_in(&mut other, PASSWORD, &second).await.status, 403);
}

#[tokio::test]
async fn the_code_is_asked_for_in_a_second_step_which_counts_wrong_ones_and_ends() {
    let app = start_with(|settings| settings.console.wrong_codes_in_a_row = 3).await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    app.clock.pass_seconds(30);
    let mut other = Browser::at(&app);
    let right = [("name", NAME), ("password", PASSWORD)];
    let wrong = other.post(SIGN_IN, &[("name", NAME), ("password", "wrong-password-1")]).await;
    shows(&wrong, 403, "That was not right.");
    let asked = other.post(SIGN_IN, &right).await;
    shows(&asked, 200, "Enter the code of your app");
    assert!(other.token.is_none() && other.device.is_none() && !asked.body.contains(PASSWORD));
    let begun = hidden(&asked.body, "begun");
    let second = code(&app, &secret);
    let (before, after) = begun.split_at(begun.len() / 2);
    let other_letter = if after.starts_with('A') { "B" } else { "A" };
    let altered = format!("{before}{other_letter}{}", &after[1..]);
    let id = app.database().number("SELECT id FROM operators");
    let others = begun.replacen(&id.to_string(), &(id + 1).to_string(), 1);
    for begun in ["x", "1.", &altered, &others] {
        let refused = other.post(SIGN_IN, &[("begun", begun), ("code", &second)]).await;
        shows(&refused, 403, "That took too long. Please sign in again.");
    }
    let again = other.post(SIGN_IN, &[("begun", &begun), ("code", "000000")]).await;
    shows(&again, 403, "That was not right.");
    assert_eq!(hidden(&again.body, "begun"), begun);
    assert_eq!(leads(&other.post(SIGN_IN, &[("begun", &begun), ("code", &second)]).await), "/console");
    let used = other.post(SIGN_IN, &[("begun", &begun), ("code", &second)]).await;
    shows(&used, 403, "That was not right.");
    // It ends with time, and with the secrets that it was right for.
    app.clock.pass_seconds(300);
    let third = code(&app, &secret);
    let late = other.post(SIGN_IN, &[("begun", &begun), ("code", &third)]).await;
    shows(&late, 403, "That took too long.");
    let begun = hidden(&other.post(SIGN_IN, &right).await.body, "begun");
    leads(&browser.submit("/console/account/totp/off", &[("password", PASSWORD)]).await);
    let gone = other.post(SIGN_IN, &[("begun", &begun), ("code", &third)]).await;
    shows(&gone, 403, "That took too long.");
}

#[tokio::test]
async fn wrong_codes_of_the_second_step_lock_the_account_however_many_come_at_once() {
    let app = start_with(|settings| settings.console.wrong_codes_in_a_row = 3).await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    let begun = hidden(
        &Browser::at(&app).post(SIGN_IN, &[("name", NAME), ("password", PASSWORD)]).await.body,
        "begun",
    );
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let (mut browser, begun) = (Browser::at(&app), begun.clone());
            let fields =
                async move { browser.post(SIGN_IN, &[("begun", &begun), ("code", "000000")]).await.status };
            tokio::spawn(fields)
        })
        .collect();
    for one in tries {
        assert!(matches!(one.await.unwrap(), 403 | 429));
    }
    app.clock.pass_seconds(30);
    let right = code(&app, &secret);
    let locked = Browser::at(&app).post(SIGN_IN, &[("begun", &begun), ("code", &right)]).await;
    assert!(matches!(locked.status, 403 | 429), "{}", locked.body);
    assert!(!browser.is_signed_in().await, "its sessions have ended");
}

#[tokio::test]
async fn of_many_who_send_the_same_code_at_once_one_is_let_in() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    app.clock.pass_seconds(30);
    let typed = code(&app, &secret);
    let tries = (0..6).map(|_| {
        let (mut browser, typed) = (Browser::at(&app), typed.clone());
        tokio::spawn(async move { sign_in(&mut browser, PASSWORD, &typed).await.status })
    });
    let mut told = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        told.push(one.await.unwrap());
    }
    told.sort_unstable();
    assert_eq!(told, [303, 403, 403, 403, 403, 403]);
}

#[tokio::test]
async fn an_app_is_switched_on_and_off_with_the_password_alone() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let secret = hidden(&browser.get(TOTP).await.body, "secret");
    let right = code(&app, &secret);
    for (secret, typed, password, status) in [
        (secret.as_str(), right.as_str(), "wrong-password-1", 403),
        (secret.as_str(), "000000", PASSWORD, 422),
        ("GEZDGNBV", right.as_str(), PASSWORD, 422),
    ] {
        let fields = [("secret", secret), ("code", typed), ("password", password)];
        assert_eq!(browser.submit(TOTP, &fields).await.status, status);
    }
    assert_eq!(app.database().number("SELECT count(*) FROM operators WHERE totp IS NOT NULL"), 0);
    set_up_app(&app, &mut browser).await;
    assert_eq!(browser.submit("/console/account/totp/off", &[("password", "x")]).await.status, 403);
    let off = browser.submit("/console/account/totp/off", &[("password", PASSWORD)]).await;
    assert_eq!(leads(&off), "/console/account?done=totp_off");
    assert_eq!(leads(&Browser::at(&app).sign_in(PASSWORD).await), "/console");
    let told = audited(&app).iter().filter(|line| *line == "operator_totp jane").count();
    assert_eq!(told, 2);
}

/// Good enough only with the codes of an app.
const SHORT: &str = "Zr8#kPw2";

#[tokio::test]
async fn with_an_app_eight_characters_are_enough_and_it_stays_until_there_are_more() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let short = [("password", PASSWORD), ("new", SHORT), ("again", SHORT)];
    shows(&browser.get(ACCOUNT).await, 200, "minlength=\"15\"");
    shows(&browser.submit("/console/account/password", &short).await, 422, "at least 15 characters");
    let secret = set_up_app(&app, &mut browser).await;
    shows(&browser.get(ACCOUNT).await, 200, "minlength=\"8\"");
    for (new, told) in [("Zr8#kPw", "at least 8 characters"), ("Sunshine", "everybody tries first")] {
        let change = [("password", PASSWORD), ("new", new), ("again", new)];
        shows(&browser.submit("/console/account/password", &change).await, 422, told);
    }
    leads(&browser.submit("/console/account/password", &short).await);
    // More often than wrong tries are allowed: a right password is none.
    for _ in 0..12 {
        let off = browser.submit("/console/account/totp/off", &[("password", SHORT)]).await;
        shows(&off, 422, "change it first. A password has at least 15 characters");
    }
    app.clock.pass_seconds(60);
    assert_eq!(leads(&sign_in(&mut Browser::at(&app), SHORT, &code(&app, &secret)).await), "/console");
    let change = [("password", SHORT), ("new", NEW), ("again", NEW)];
    leads(&browser.submit("/console/account/password", &change).await);
    let off = browser.submit("/console/account/totp/off", &[("password", NEW)]).await;
    assert_eq!(leads(&off), "/console/account?done=totp_off");
}

#[tokio::test]
async fn no_account_ends_with_a_short_password_and_without_an_app() {
    for _ in 0..4 {
        let app = start().await;
        let mut browser = Browser::set_up(&app).await;
        set_up_app(&app, &mut browser).await;
        let (mut one, mut other, token) = (browser.clone(), browser.clone(), browser.form_token().await);
        let form = token.as_str();
        let change = [("form", form), ("password", PASSWORD), ("new", SHORT), ("again", SHORT)];
        let off = [("form", form), ("password", PASSWORD)];
        tokio::join!(
            one.post("/console/account/password", &change),
            other.post("/console/account/totp/off", &off)
        );
        let has_app = app.database().number("SELECT count(*) FROM operators WHERE totp IS NOT NULL") == 1;
        let changed = audited(&app).contains(&"operator_password jane".to_owned());
        assert_eq!(has_app, changed, "one of the two was done");
    }
}

#[tokio::test]
async fn a_password_that_was_set_under_another_rule_still_lets_in() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    set_up_app(&app, &mut browser).await;
    let short = [("password", PASSWORD), ("new", SHORT), ("again", SHORT)];
    leads(&browser.submit("/console/account/password", &short).await);
    app.database().change("UPDATE operators SET totp = NULL");
    assert_eq!(leads(&Browser::at(&app).sign_in(SHORT).await), "/console");
}

#[tokio::test]
async fn the_secrets_of_operators_are_sealed_anew_after_a_rotation() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    let sealed = "SELECT hex(substr(password, 2, 4)) || hex(substr(totp, 2, 4)) FROM operators";
    assert_eq!(app.database().text(sealed), "0000000100000001");
    let all = otpmint::domain::sub_key::KeyPurpose::ALL;
    app.app()
        .services()
        .keys
        .rotate(&all, otpmint::service::RotationUrgency::AtOnce, Actor::default())
        .await
        .unwrap();
    app.clock.pass_seconds(60);
    app.look_after_keys().await;
    assert!(browser.is_signed_in().await, "a session goes on over a rotation");
    assert_eq!(app.database().text(sealed), "0000000200000002");
    let mut other = Browser::at(&app);
    assert_eq!(leads(&sign_in(&mut other, PASSWORD, &code(&app, &secret)).await), "/console");
}

#[tokio::test]
async fn a_password_that_was_moved_to_another_operator_opens_nothing() {
    let app = start().await;
    let (mut browser, other) = (Browser::set_up(&app).await, "quiet-otter-on-9-bicycles");
    let link = super::setup_link(&app).await;
    leads(&Browser::at(&app).post(&link, &super::account("joe", other)).await);
    app.database().change(
        "UPDATE operators SET password = (SELECT password FROM operators WHERE name = 'joe') \
         WHERE name = 'jane'",
    );
    for password in [PASSWORD, other] {
        let answer = browser.sign_in(password).await;
        assert_eq!(answer.status, 503, "{}", answer.body);
    }
    assert_eq!(leads(&browser.post(SIGN_IN, &[("name", "joe"), ("password", other)]).await), "/console");
}

#[tokio::test]
async fn what_is_not_there_is_not_there_for_any_method() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    shows(&browser.get("/console/nothing").await, 404, "There is no such page.");
    assert_eq!(browser.send(Method::DELETE, ACCOUNT, String::new()).await.status, 405);
    assert_eq!(leads(&Browser::at(&app).get(ACCOUNT).await), SIGN_IN);
}
