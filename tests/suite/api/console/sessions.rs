//! Sessions: how they end, and whose forms are accepted.

use std::time::Duration;

use otpmint::domain::operator::Role;
use reqwest::Method;

use super::tenant::signed_in;
use super::{
    Browser, IDLE, LIFETIME, PASSWORD, PUBLIC, SIGN_IN, audited, form, leads, operator, shows, start,
};
use crate::api::harness::{ManualClock, TestApp};

const FOREIGN: &str = "This form did not come from a page of your session. Nothing was done.";

#[tokio::test]
async fn a_cookie_goes_nowhere_else_and_no_script_reads_it() {
    let app = start().await;
    Browser::set_up(&app).await;
    let answer = Browser::at(&app).sign_in(PASSWORD).await;
    let cookie = answer.header("set-cookie").unwrap();
    let (_, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "HttpOnly; SameSite=Strict; Secure; Path=/");
}

fn pass(clock: &ManualClock, span: Duration) {
    clock.pass(span);
}

#[tokio::test]
async fn a_session_ends_when_it_was_idle_for_too_long() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    for _ in 0..3 {
        pass(&app.clock, IDLE - Duration::from_millis(1));
        assert!(browser.is_signed_in().await);
    }
    pass(&app.clock, IDLE);
    assert!(!browser.is_signed_in().await);
    pass(&app.clock, Duration::from_secs(1));
    assert!(!browser.is_signed_in().await, "it came back");
}

#[tokio::test]
async fn a_session_ends_after_its_time_however_it_is_used() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let (steps, step) = (48, LIFETIME / 48);
    for _ in 1..steps {
        pass(&app.clock, step);
        assert!(browser.is_signed_in().await);
    }
    pass(&app.clock, step - Duration::from_millis(1));
    assert!(browser.is_signed_in().await);
    pass(&app.clock, Duration::from_millis(1));
    assert!(!browser.is_signed_in().await);
    app.sweep().await;
    assert_eq!(app.database().number("SELECT count(*) FROM sessions"), 0);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_the_cookie() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let stolen = browser.clone();
    assert_eq!(leads(&browser.submit("/console/sign-out", &[]).await), "/console/sign-in?done=signed_out");
    assert!(browser.token.is_none());
    for mut gone in [browser, stolen] {
        assert!(!gone.is_signed_in().await);
    }
    assert_eq!(audited(&app).last().unwrap(), "operator_signed_out jane");
}

#[tokio::test]
async fn no_session_of_a_browser_outlives_the_next_one_whoever_signs_in() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = Browser::set_up(&app).await;
    let mut other = Browser::at(&app);
    leads(&other.sign_in(PASSWORD).await);
    let mut former = browser.clone();
    assert_eq!(browser.sign_in("wrong-password-1").await.status, 403);
    assert!(former.is_signed_in().await, "a wrong try ends it");
    let as_operator = [("name", super::NAME), ("password", PASSWORD)];
    let as_tenant = [("secret_key", tenant.key.as_str())];
    let link = super::setup_link(&app).await;
    for (path, fields) in [
        (SIGN_IN, as_operator.as_slice()),
        ("/console/sign-in/tenant", &as_tenant),
        (&*link, &super::account("joe", PASSWORD)),
        (SIGN_IN, &as_operator),
    ] {
        leads(&browser.post(path, fields).await);
        assert!(!former.is_signed_in().await, "{path}");
        former = browser.clone();
        assert!(browser.is_signed_in().await && other.is_signed_in().await, "{path}");
    }
    assert_eq!(app.database().number("SELECT count(*) FROM sessions"), 2);
}

const ACCOUNT: &str = "/console/account";
const OTHERS: &str = "/console/account/sign-out-others";

/// The rows of the sessions on the account page.
async fn listed(browser: &mut Browser) -> Vec<String> {
    let page = browser.get(ACCOUNT).await.body;
    let (_, rows) = page.split_once("<tbody>").expect("a table");
    let (rows, _) = rows.split_once("</tbody>").expect("its end");
    rows.split("<tr>").skip(1).map(str::to_owned).collect()
}

#[tokio::test]
async fn an_operator_sees_the_own_sessions_and_no_other() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let rows = listed(&mut browser).await;
    assert!(rows.len() == 1 && rows[0].contains(">this one<"), "{rows:?}");
    assert!(!browser.get(ACCOUNT).await.body.contains(OTHERS), "there is no other to end");
    // A session that will expire, one of a tenant, one of another operator, and one that continues.
    leads(&Browser::at(&app).sign_in(PASSWORD).await);
    app.clock.pass(IDLE - Duration::from_secs(60));
    let tenant = app.tenant().await;
    signed_in(&app, &tenant).await;
    joe(&app).await;
    assert!(browser.is_signed_in().await);
    leads(&Browser::at(&app).sign_in(PASSWORD).await);
    app.clock.pass_seconds(120);
    let rows = listed(&mut browser).await;
    let [other, this] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(other.matches(">2026-01-15 12:29:00<").count(), 2, "{other}");
    assert!(other.contains(">another<"), "{other}");
    for part in [">2026-01-15 12:00:00<", ">2026-01-15 12:31:00<", ">this one<"] {
        assert!(this.contains(part), "{part}: {this}");
    }
}

#[tokio::test]
async fn signing_out_all_others_ends_the_other_sessions_of_this_operator_alone() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let (mut others, mut strangers) =
        ([Browser::at(&app), Browser::at(&app)], [joe(&app).await, signed_in(&app, &tenant).await]);
    for other in &mut others {
        leads(&other.sign_in(PASSWORD).await);
    }
    shows(&browser.post(OTHERS, &[]).await, 403, FOREIGN);
    shows(&strangers[1].submit(OTHERS, &[]).await, 404, "There is no such page.");
    assert!(others[0].is_signed_in().await && others[1].is_signed_in().await);
    assert_eq!(leads(&browser.submit(OTHERS, &[]).await), "/console/account?done=others_signed_out");
    assert_eq!(audited(&app).last().unwrap(), "operator_others_signed_out jane");
    for mut ended in others {
        assert!(!ended.is_signed_in().await);
    }
    for going_on in strangers.iter_mut().chain([&mut browser]) {
        assert!(going_on.is_signed_in().await);
    }
    // There was nothing left to record.
    leads(&browser.submit(OTHERS, &[]).await);
    let told = audited(&app).into_iter().filter(|line| line.starts_with("operator_others")).count();
    assert_eq!(told, 1);
}

/// Another operator, signed in.
async fn joe(app: &TestApp) -> Browser {
    operator(app, "joe", Role::Owner).await
}

#[tokio::test]
async fn a_session_ends_with_its_operator() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    app.database().change("DELETE FROM operators");
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_session() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let mut other = Browser::at(&app);
    leads(&other.sign_in(PASSWORD).await);
    let foreign = other.form_token().await;
    let own = browser.form_token().await;
    assert_ne!(own, foreign);
    for token in ["", "x", foreign.as_str(), &own[1..], browser.token.clone().unwrap().as_str()] {
        for path in ["/console/sign-out", "/console/account/password", "/console/account/totp/off"] {
            shows(&browser.post(path, &[("form", token)]).await, 403, FOREIGN);
        }
    }
    assert!(browser.is_signed_in().await);
    assert_eq!(
        leads(&browser.post("/console/sign-out", &[("form", &own)]).await),
        "/console/sign-in?done=signed_out"
    );
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused_and_changes_nothing() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let token = browser.form_token().await;
    let plain = browser.without("sec-fetch-site");
    let before = app.database().everything();
    for mut stranger in [
        plain.with("sec-fetch-site", "cross-site"),
        plain.with("sec-fetch-site", "same-site"),
        plain.with("sec-fetch-site", "none"),
        plain.with("origin", "https://evil.example"),
        plain.with("origin", "null"),
        plain.with("host", "evil.example").with("origin", "https://evil.example"),
        plain.clone(),
    ] {
        for path in [SIGN_IN, "/console/sign-in/tenant", "/console/sign-out", "/console/account/password"] {
            let fields = [("form", token.as_str()), ("name", "jane"), ("password", PASSWORD)];
            shows(&stranger.post(path, &fields).await, 403, FOREIGN);
        }
    }
    assert!(app.database().everything() == before, "a stranger has changed something");
    let mut own = plain.with("origin", PUBLIC);
    assert_eq!(
        leads(&own.post("/console/sign-out", &[("form", &token)]).await),
        "/console/sign-in?done=signed_out"
    );
}

#[tokio::test]
async fn a_page_may_load_what_is_here_and_be_framed_nowhere() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let pages = ["/account", "/account/totp", "/nothing", "/setup/x"];
    for path in pages.map(|page| format!("/console{page}")) {
        let shown = browser.get(&path).await;
        let policy = shown.header("content-security-policy").expect("a policy").to_owned();
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(shown.header(name), Some(value), "{path} {name}");
        }
        for inline in ["<style", " style=", "<script>", " onclick", "javascript:"] {
            assert!(!shown.body.contains(inline), "{path} has {inline}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_or_no_form_changes_nothing() {
    let app = start().await;
    let mut browser = Browser::set_up(&app).await;
    let token = browser.form_token().await;
    let large = form(&[("form", &token), ("new", &"x".repeat(20_000))]);
    assert_eq!(browser.send(Method::POST, "/console/account/password", large).await.status, 413);
    shows(&browser.send(Method::POST, "/console/sign-out", "\u{0}%%%".to_owned()).await, 403, FOREIGN);
    assert!(browser.is_signed_in().await);
}
