//! Signing in: what succeeds, how often it may be tried, and from where.

use super::{Browser, NAME, PASSWORD, SIGN_IN, audited, leads, shows, start, start_with};

const WRONG: &str = "That was not right. Please try again.";

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_told_alike() {
    let app = start().await;
    Browser::set_up(&app).await;
    let mut browser = Browser::at(&app);
    let mut pages = Vec::new();
    for (name, password) in [(NAME, "wrong-password-1"), ("nobody", PASSWORD), ("no name", "x"), (NAME, "")] {
        let answer = browser.post(SIGN_IN, &[("name", name), ("password", password)]).await;
        shows(&answer, 403, WRONG);
        assert!(browser.token.is_none());
        pages.push(answer.body.replace(&format!("value=\"{name}\""), "value=\"\""));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    // A password in the wrong field stays out of the audit trail.
    let audited = audited(&app);
    let told: Vec<_> = audited.iter().skip(2).map(String::as_str).collect();
    assert_eq!(
        told,
        ["operator_refused jane", "operator_refused -", "operator_refused -", "operator_refused jane"]
    );
}

#[tokio::test]
async fn after_too_many_wrong_tries_the_right_password_waits_too() {
    let app = start_with(|settings| settings.console.wrong_per_account = "3/15m".parse().unwrap()).await;
    Browser::set_up(&app).await;
    let mut browser = Browser::at(&app);
    for _ in 0..5 {
        assert_eq!(leads(&browser.sign_in(PASSWORD).await), "/console");
    }
    for _ in 0..3 {
        assert_eq!(browser.sign_in("wrong-password-1").await.status, 403);
    }
    let answer = browser.sign_in(PASSWORD).await;
    shows(&answer, 429, "Too many wrong tries at signing in.");
    assert_eq!(answer.retry_after(), 900);
    shows(&answer, 429, "Please try again in 15 minutes.");
    // An unknown name is limited as well, separately.
    for _ in 0..3 {
        let answer = browser.post(SIGN_IN, &[("name", "nobody"), ("password", "x")]).await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(browser.post(SIGN_IN, &[("name", "nobody"), ("password", "x")]).await.status, 429);
    app.clock.pass_seconds(860);
    let answer = browser.sign_in(PASSWORD).await;
    shows(&answer, 429, "Please try again in 40 seconds.");
    assert_eq!(answer.retry_after(), 40);
    app.clock.pass_seconds(40);
    assert_eq!(leads(&browser.sign_in(PASSWORD).await), "/console");
}

#[tokio::test]
async fn of_many_tries_at_the_same_time_no_more_are_looked_at_than_the_limit_has() {
    let app = start_with(|settings| settings.console.wrong_per_account = "3/15m".parse().unwrap()).await;
    Browser::set_up(&app).await;
    let tries = (0..12).map(|_| {
        let mut browser = Browser::at(&app);
        tokio::spawn(async move { browser.sign_in("wrong-password-1").await.status })
    });
    let mut told = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        told.push(one.await.unwrap());
    }
    told.sort_unstable();
    assert_eq!(told, [vec![403; 3], vec![429; 9]].concat());
    let refused = "SELECT count(*) FROM audit WHERE event = 'operator_refused'";
    assert_eq!(app.database().number(refused), 3);
}

#[tokio::test]
async fn more_who_sign_in_at_once_than_there_is_room_for_come_again_and_nothing_is_counted() {
    let app = start_with(|settings| settings.console.wrong_per_address = "48/15m".parse().unwrap()).await;
    Browser::set_up(&app).await;
    let tries = (0..64).map(|at| {
        let mut browser = Browser::at(&app);
        let name = format!("jane{at}");
        tokio::spawn(async move { browser.post(SIGN_IN, &[("name", &name), ("password", "x")]).await })
    });
    let (mut wrong, mut later) = (0, 0);
    for one in tries.collect::<Vec<_>>() {
        match one.await.unwrap() {
            answer if answer.status == 503 => later += usize::from(answer.retry_after() >= 1),
            answer => wrong += usize::from(answer.status == 403),
        }
    }
    assert!(later > 0 && wrong >= 32, "{later} come again, {wrong} were looked at");
}

#[tokio::test]
async fn an_address_that_tries_many_names_waits_and_no_other_one() {
    let app = start_with(|settings| {
        settings.console.wrong_per_address = "3/15m".parse().unwrap();
        settings.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    Browser::set_up(&app).await;
    let (mut near, mut far) = (
        Browser::at(&app).with("x-forwarded-for", "192.0.2.1"),
        Browser::at(&app).with("x-forwarded-for", "192.0.2.2"),
    );
    for name in ["a", "b", "c"] {
        assert_eq!(near.post(SIGN_IN, &[("name", name), ("password", "x")]).await.status, 403);
    }
    assert_eq!(near.sign_in(PASSWORD).await.status, 429);
    assert_eq!(leads(&far.sign_in(PASSWORD).await), "/console");
}

#[tokio::test]
async fn each_signing_in_has_a_token_of_its_own() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let first = browser.token.clone().unwrap();
    assert_eq!(first.len(), 43);
    leads(&browser.sign_in(PASSWORD).await);
    assert_ne!(browser.token.as_deref(), Some(first.as_str()));
    // A token that somebody else has chosen does not become a session.
    let mut fixed = Browser { token: Some("a".repeat(43)), ..Browser::at(&app) };
    assert!(!fixed.is_signed_in().await);
    leads(&fixed.sign_in(PASSWORD).await);
    assert_ne!(fixed.token.as_deref(), Some("a".repeat(43).as_str()));
}

#[tokio::test]
async fn whoever_has_signed_in_is_led_past_the_form() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    assert_eq!(leads(&browser.get(SIGN_IN).await), "/console");
    assert_eq!(leads(&Browser::at(&app).get("/console").await), SIGN_IN);
}
