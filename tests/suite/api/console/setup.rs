//! The account of an operator, set up with a link.

use std::time::Duration;

use reqwest::Method;
use secrecy::ExposeSecret;

use super::{Browser, NAME, PASSWORD, PUBLIC, SIGN_IN, account, audited, leads, shows, start, start_with};
use crate::api::harness::TestApp;

const GONE: &str = "This link was used, or its time is over.";

fn link(app: &TestApp) -> String {
    app.app().setup_link().expect("no operator yet").path().expose_secret().to_owned()
}

#[tokio::test]
async fn the_first_start_gives_a_link_that_sets_up_an_account_once() {
    let app = start().await;
    let (mut browser, link) = (Browser::at(&app), link(&app));
    for _ in 0..2 {
        shows(&browser.get(&link).await, 200, "<h1>Set up your account</h1>");
        assert_eq!(browser.send(Method::HEAD, &link, String::new()).await.status, 200);
    }
    assert_eq!(leads(&browser.post(&link, &account("Jane ", PASSWORD)).await), "/console");
    assert!(browser.is_signed_in().await);
    let mut other = Browser::at(&app);
    shows(&other.get(&link).await, 404, GONE);
    shows(&other.post(&link, &account("joe", PASSWORD)).await, 404, GONE);
    assert_eq!(app.database().text("SELECT group_concat(name) FROM operators"), NAME);
    assert_eq!(audited(&app), ["setup_link_made -", "operator_set_up jane"]);
}

#[tokio::test]
async fn of_many_who_use_a_link_at_the_same_time_one_gets_an_account() {
    let app = start().await;
    let path = link(&app);
    let tries = (0..8).map(|at| {
        let (mut browser, path) = (Browser::at(&app), path.clone());
        tokio::spawn(
            async move { browser.post(&path, &account(&format!("jane{at}"), PASSWORD)).await.status },
        )
    });
    let mut let_in = 0;
    for one in tries.collect::<Vec<_>>() {
        let_in += usize::from(one.await.unwrap() == 303);
    }
    assert_eq!((let_in, app.database().number("SELECT count(*) FROM operators")), (1, 1));
}

#[tokio::test]
async fn a_link_ends_after_a_day_and_with_the_next_one() {
    let app = start().await;
    let (mut browser, first) = (Browser::at(&app), link(&app));
    app.clock.pass(Duration::from_secs(86_400) - Duration::from_millis(1));
    assert_eq!(browser.get(&first).await.status, 200);
    app.clock.pass_millis(1);
    for answer in [browser.get(&first).await, browser.post(&first, &account(NAME, PASSWORD)).await] {
        shows(&answer, 404, GONE);
    }
    app.sweep().await;
    assert_eq!(app.database().number("SELECT count(*) FROM setup_links"), 0);
    let second = super::setup_link(&app).await;
    let third = super::setup_link(&app).await;
    shows(&browser.get(&second).await, 404, GONE);
    assert_eq!(leads(&browser.post(&third, &account(NAME, PASSWORD)).await), "/console");
}

#[tokio::test]
async fn what_is_no_link_opens_nothing_and_is_hashed_for_nobody() {
    let app = start().await;
    let mut browser = Browser::at(&app);
    let real = link(&app);
    let wrong = real.replacen("setup/", "setup/x", 1);
    let mut other = real.clone();
    let last = if other.pop() == Some('a') { 'b' } else { 'a' };
    other.push(last);
    for path in [&wrong, &other, &"/console/setup/x".to_owned(), &"/console/setup/%00".to_owned()] {
        shows(&browser.get(path).await, 404, GONE);
        shows(&browser.post(path, &account(NAME, PASSWORD)).await, 404, GONE);
    }
    assert_eq!(app.database().number("SELECT count(*) FROM operators"), 0);
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_and_uses_nothing_up() {
    let app = start().await;
    let (mut browser, link) = (Browser::at(&app), link(&app));
    for (name, password, again, told) in [
        ("jane", "Zr8#kPw2!vQx5@", "Zr8#kPw2!vQx5@", "at least 15 characters"),
        ("jane", "password1234567", "password1234567", "everybody tries first"),
        ("jane", "jane-roe-otpmint", "jane-roe-otpmint", "little more than your name"),
        ("jane", &"x".repeat(257), &"x".repeat(257), "at most 256 bytes"),
        ("jane", PASSWORD, "another", "not the same"),
        ("a b", PASSWORD, PASSWORD, "A name has"),
        ("", PASSWORD, PASSWORD, "A name has"),
    ] {
        let answer = browser.post(&link, &[("name", name), ("password", password), ("again", again)]).await;
        shows(&answer, 422, told);
        assert!(!answer.body.contains(PASSWORD));
    }
    assert_eq!(leads(&browser.post(&link, &account(NAME, PASSWORD)).await), "/console");
}

#[tokio::test]
async fn a_link_is_the_way_back_and_ends_what_was() {
    let app = start().await;
    let mut lost = Browser::set_up(&app).await;
    app.database().change("UPDATE operators SET totp = x'00'");
    let link = super::setup_link(&app).await;
    let (mut back, new) = (Browser::at(&app), "quiet-otter-on-9-bicycles");
    assert_eq!(leads(&back.post(&link, &account(NAME, new)).await), "/console");
    assert!(!lost.is_signed_in().await && back.is_signed_in().await);
    assert_eq!(lost.sign_in(PASSWORD).await.status, 403);
    assert_eq!(leads(&lost.sign_in(new).await), "/console");
    assert_eq!(app.database().number("SELECT count(*) FROM operators"), 1);
}

#[tokio::test]
async fn nothing_of_a_secret_lies_in_the_database() {
    let app = start().await;
    let link = link(&app);
    let browser = Browser::set_up(&app).await;
    let token = link.rsplit('/').next().unwrap().to_owned();
    let bytes = app.database().bytes();
    for secret in [PASSWORD, "$argon2id$", token.as_str(), browser.token.as_deref().unwrap()] {
        let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!is_there, "{secret}");
    }
}

#[tokio::test]
async fn a_server_with_an_operator_gives_no_link_at_its_start() {
    let app = start().await;
    Browser::set_up(&app).await;
    let app = app.restart(|_| {}).await;
    assert!(app.app().setup_link().is_none());
    assert_eq!(leads(&Browser::at(&app).sign_in(PASSWORD).await), "/console");
}

#[tokio::test]
async fn there_is_no_console_unless_browsers_can_reach_it_and_it_is_wanted() {
    let switched_off = start_with(|settings| settings.console.enabled = false).await;
    let nowhere = start_with(|settings| settings.server.public_url.clear()).await;
    for app in [switched_off, nowhere] {
        assert!(app.app().setup_link().is_none());
        let mut browser = Browser::at(&app).with("accept", "application/json").with("origin", PUBLIC);
        for path in ["/console", SIGN_IN, "/console/account", "/console/tenants", "/console/setup/x"] {
            browser.get(path).await.is_problem(404, "not_found");
            browser.post(path, &[]).await.is_problem(404, "not_found");
        }
    }
}
