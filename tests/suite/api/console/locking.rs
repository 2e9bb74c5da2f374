//! Wrong tries outlive a restart, and wrong codes with the right password lock the account.

use super::account::{code, set_up_app};
use super::{Browser, NAME, PASSWORD, SIGN_IN, audited, leads, shows, start, start_with};
use crate::api::harness::{Answer, TestApp};

const WRONG: &str = "That was not right.";

async fn sign_in(browser: &mut Browser, password: &str, code: &str) -> Answer {
    browser.post(SIGN_IN, &[("name", NAME), ("password", password), ("code", code)]).await
}

/// A code that is not the right one.
fn wrong_code(app: &TestApp, secret: &str) -> String {
    let right: u32 = code(app, secret).parse().expect("digits");
    format!("{:06}", (right + 500_000) % 1_000_000)
}

#[tokio::test]
async fn wrong_tries_are_still_counted_after_a_restart() {
    let app = start_with(|settings| {
        settings.console.wrong_per_account = "3/15m".parse().unwrap();
        settings.console.wrong_per_address = "5/15m".parse().unwrap();
    })
    .await;
    Browser::set_up(&app).await;
    for _ in 0..3 {
        assert_eq!(Browser::at(&app).sign_in("wrong-password-1").await.status, 403);
    }
    let app = app.restart(|_| {}).await;
    assert_eq!(Browser::at(&app).sign_in(PASSWORD).await.status, 429);
    for (name, status) in [("a", 403), ("b", 403), ("c", 429)] {
        let answer = Browser::at(&app).post(SIGN_IN, &[("name", name), ("password", "x")]).await;
        assert_eq!(answer.status, status, "{name}");
    }
    app.clock.pass_seconds(900);
    app.sweep().await;
    assert_eq!(app.database().number("SELECT count(*) FROM sign_in_tries"), 0);
    assert_eq!(leads(&Browser::at(&app).sign_in(PASSWORD).await), "/console");
    assert_eq!(app.database().number("SELECT count(*) FROM sign_in_tries"), 0, "a right try stays counted");
}

#[tokio::test]
async fn a_try_that_is_refused_changes_nothing_in_the_database() {
    let app = start_with(|settings| settings.console.wrong_per_account = "1/15m".parse().unwrap()).await;
    Browser::set_up(&app).await;
    assert_eq!(Browser::at(&app).sign_in("wrong-password-1").await.status, 403);
    let before = app.database().everything();
    for _ in 0..20 {
        assert_eq!(Browser::at(&app).sign_in(PASSWORD).await.status, 429);
    }
    assert!(app.database().everything() == before);
}

#[tokio::test]
async fn neither_names_nor_addresses_lie_in_the_database_where_tries_are_counted() {
    let app = start_with(|settings| {
        settings.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    Browser::set_up(&app).await;
    for number in 0..20 {
        let address = format!("2001:db8:0:{number:x}::1");
        let mut browser = Browser::at(&app).with("x-forwarded-for", &address);
        let fields = [("name", &*format!("stranger{number}")), ("password", "x")];
        assert_eq!(browser.post(SIGN_IN, &fields).await.status, 403);
    }
    let wide = "SELECT count(*) FROM sign_in_tries WHERE length(place) <> 4 OR length(moments) <> 8";
    assert_eq!(app.database().number(wide), 0);
    let rows = app.database().number("SELECT count(*) FROM sign_in_tries");
    assert!((38..=40).contains(&rows), "{rows}");
}

#[tokio::test]
async fn ten_wrong_codes_with_the_right_password_lock_the_account_and_say_nothing() {
    let app = start_with(|settings| {
        settings.console.wrong_per_account = "50/15m".parse().unwrap();
        settings.console.wrong_per_address = "50/15m".parse().unwrap();
    })
    .await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    let mut other = Browser::at(&app);
    // With a wrong password a code is not looked at, and what is no code is no guess.
    for (password, typed) in [("wrong-password-1", "000000"), (PASSWORD, ""), (PASSWORD, "12345")] {
        for _ in 0..4 {
            shows(&sign_in(&mut other, password, typed).await, 403, WRONG);
        }
    }
    let in_a_row = || app.database().number("SELECT in_a_row FROM operators");
    assert_eq!(in_a_row(), 0);
    for _ in 0..9 {
        shows(&sign_in(&mut other, PASSWORD, &wrong_code(&app, &secret)).await, 403, WRONG);
    }
    app.clock.pass_seconds(30);
    assert_eq!(leads(&sign_in(&mut other, PASSWORD, &code(&app, &secret)).await), "/console");
    assert_eq!(in_a_row(), 0, "a right one ends the row");
    let mut stranger = Browser::at(&app);
    let mut pages = Vec::new();
    for _ in 0..10 {
        pages.push(sign_in(&mut stranger, PASSWORD, &wrong_code(&app, &secret)).await.body);
    }
    assert_eq!(audited(&app).last().unwrap(), "operator_locked jane");
    assert!(!browser.is_signed_in().await && !other.is_signed_in().await, "a session goes on");
    let app = app.restart(|_| {}).await;
    app.clock.pass_seconds(86_400);
    let mut late = Browser::at(&app);
    let answer = sign_in(&mut late, PASSWORD, &code(&app, &secret)).await;
    shows(&answer, 403, WRONG);
    pages.push(answer.body);
    pages.push(sign_in(&mut late, "wrong-password-1", "").await.body);
    assert!(pages.iter().all(|page| *page == pages[0]), "the answers differ");
    assert_eq!(audited(&app).iter().filter(|line| line.starts_with("operator_locked")).count(), 1);
}

#[tokio::test]
async fn wrong_codes_at_a_step_up_lock_the_account_too_and_end_the_session() {
    let app = start_with(|settings| settings.console.wrong_codes_in_a_row = 3).await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    app.clock.pass_seconds(600);
    let fields =
        [("password", PASSWORD), ("step_up_secret", PASSWORD), ("step_up_code", &*wrong_code(&app, &secret))];
    for _ in 0..3 {
        shows(&browser.submit("/console/account/totp/off", &fields).await, 403, WRONG);
    }
    assert!(!browser.is_signed_in().await);
    assert_eq!(audited(&app).last().unwrap(), "operator_locked jane");
}

#[tokio::test]
async fn of_many_codes_at_the_same_time_no_more_are_looked_at_than_lock_the_account() {
    let app = start_with(|settings| {
        settings.console.wrong_codes_in_a_row = 3;
        settings.console.wrong_per_account = "50/15m".parse().unwrap();
    })
    .await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    let typed = wrong_code(&app, &secret);
    let tries = (0..16).map(|_| {
        let (mut browser, typed) = (Browser::at(&app), typed.clone());
        tokio::spawn(async move { sign_in(&mut browser, PASSWORD, &typed).await.status })
    });
    for one in tries.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap(), 403);
    }
    assert_eq!(app.database().number("SELECT in_a_row FROM operators"), 3);
    let locked = audited(&app).iter().filter(|line| *line == "operator_locked jane").count();
    assert_eq!(locked, 1);
}

#[tokio::test]
async fn when_a_try_cannot_be_counted_no_password_is_looked_at() {
    let app = start().await;
    Browser::set_up(&app).await;
    app.database().close("sign_in_tries");
    for password in [PASSWORD, "wrong-password-1"] {
        assert_eq!(Browser::at(&app).sign_in(password).await.status, 503);
    }
}
