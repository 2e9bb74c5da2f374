//! Devices: whoever has signed in in a browser before is not kept out by strangers who know the name.

use otpmint::domain::operator::{LinkPurpose, OperatorName, Role};
use reqwest::header::SET_COOKIE;

use super::account::{code, set_up_app};
use super::{
    Browser, DEVICE, NAME, PASSWORD, SESSION, SIGN_IN, account, leads, link_for, operator, start, start_with,
};
use crate::api::harness::{Answer, TestApp};

const NEW: &str = "quiet-otter-on-9-bicycles";
const WRONG: &str = "wrong-password-1";
const HALF_A_YEAR: u64 = 180 * 86_400;

/// A server that looks at three wrong tries as one operator.
async fn strict() -> TestApp {
    start_with(|settings| {
        settings.console.wrong_per_account = "3/15m".parse().unwrap();
        settings.console.wrong_per_address = "50/15m".parse().unwrap();
    })
    .await
}

/// A browser that is known, and has no session.
async fn known(app: &TestApp, browser: &Browser) -> Browser {
    Browser { token: None, device: browser.device.clone(), ..Browser::at(app) }
}

/// Strangers use up the tries of a name.
async fn crowd(app: &TestApp, name: &str) {
    for _ in 0..4 {
        Browser::at(app).post(SIGN_IN, &[("name", name), ("password", WRONG)]).await;
    }
    let one_more = Browser::at(app).post(SIGN_IN, &[("name", name), ("password", PASSWORD)]).await;
    assert_eq!(one_more.status, 429, "{}", one_more.body);
}

fn set(answer: &Answer) -> Vec<String> {
    answer.headers.get_all(SET_COOKIE).iter().map(|set| set.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn strangers_who_use_up_a_name_and_an_address_do_not_keep_the_operator_out() {
    let app = start_with(|settings| {
        settings.console.wrong_per_account = "3/15m".parse().unwrap();
        settings.console.wrong_per_address = "3/15m".parse().unwrap();
    })
    .await;
    let mut browser = Browser::set_up(&app).await;
    leads(&browser.submit("/console/sign-out", &[]).await);
    crowd(&app, NAME).await;
    for _ in 0..5 {
        assert_eq!(leads(&browser.sign_in(PASSWORD).await), "/console");
    }
    // The restart forgets neither.
    let app = app.restart(|_| {}).await;
    assert_eq!(Browser::at(&app).sign_in(PASSWORD).await.status, 429);
    assert_eq!(leads(&known(&app, &browser).await.sign_in(PASSWORD).await), "/console");
}

#[tokio::test]
async fn wrong_tries_of_a_device_are_counted_for_it_alone() {
    let app = strict().await;
    let first = Browser::set_up(&app).await;
    let mut second = Browser::at(&app);
    leads(&second.sign_in(PASSWORD).await);
    assert_ne!(first.device, second.device);
    for status in [403, 403, 403, 429] {
        let mut browser = known(&app, &first).await;
        assert_eq!(browser.sign_in(WRONG).await.status, status);
        assert_eq!(browser.device, first.device, "a wrong try makes a device");
    }
    assert_eq!(known(&app, &first).await.sign_in(PASSWORD).await.status, 429);
    for mut other in [known(&app, &second).await, Browser::at(&app)] {
        assert_eq!(leads(&other.sign_in(PASSWORD).await), "/console");
    }
    app.clock.pass_seconds(900);
    assert_eq!(leads(&known(&app, &first).await.sign_in(PASSWORD).await), "/console");
}

#[tokio::test]
async fn signing_in_anew_gives_the_same_device_no_further_tries() {
    let app = strict().await;
    let mut browser = Browser::set_up(&app).await;
    let first = browser.device.clone();
    for status in [403, 403, 303, 403, 429] {
        let password = if status == 303 { PASSWORD } else { WRONG };
        assert_eq!(browser.sign_in(password).await.status, status);
        app.clock.pass_seconds(1);
    }
    assert_ne!(browser.device, first, "it does not last longer");
}

#[tokio::test]
async fn a_device_is_known_to_one_account_alone() {
    let app = strict().await;
    let jane = Browser::set_up(&app).await;
    let ann = operator(&app, "ann", Role::Owner).await;
    crowd(&app, NAME).await;
    let as_jane = [("name", NAME), ("password", PASSWORD)];
    assert_eq!(known(&app, &ann).await.post(SIGN_IN, &as_jane).await.status, 429);
    let nonsense = ["", "x", &"A".repeat(75), &"ä".repeat(75)].map(str::to_owned);
    for token in nonsense {
        let mut stranger = Browser { device: Some(token), ..Browser::at(&app) };
        assert_eq!(stranger.post(SIGN_IN, &as_jane).await.status, 429);
    }
    leads(&known(&app, &jane).await.post(SIGN_IN, &as_jane).await);
}

#[tokio::test]
async fn when_the_secrets_change_only_the_browser_that_changed_them_is_known() {
    let app = strict().await;
    let mut browser = Browser::set_up(&app).await;
    let former = [known(&app, &browser).await, {
        let mut other = Browser::at(&app);
        leads(&other.sign_in(PASSWORD).await);
        known(&app, &other).await
    }];
    let change = [("password", PASSWORD), ("new", NEW), ("again", NEW)];
    leads(&browser.submit("/console/account/password", &change).await);
    crowd(&app, NAME).await;
    for mut former in former {
        assert_eq!(former.sign_in(NEW).await.status, 429);
    }
    let mut present = known(&app, &browser).await;
    assert_eq!(leads(&present.sign_in(NEW).await), "/console");
    // The way back ends all devices as well.
    let purpose = LinkPurpose { role: Role::Owner, name: OperatorName::parse(NAME) };
    let link = link_for(&app, purpose).await;
    let mut back = Browser::at(&app);
    leads(&back.post(&link, &account(NAME, PASSWORD)).await);
    assert_eq!(known(&app, &present).await.sign_in(PASSWORD).await.status, 429);
    assert_eq!(leads(&known(&app, &back).await.sign_in(PASSWORD).await), "/console");
}

#[tokio::test]
async fn a_browser_stays_known_when_it_sets_up_an_app_and_when_it_switches_it_off() {
    let app = strict().await;
    let mut browser = Browser::set_up(&app).await;
    let secret = set_up_app(&app, &mut browser).await;
    app.clock.pass_seconds(30);
    crowd(&app, NAME).await;
    let fields = [("name", NAME), ("password", PASSWORD), ("code", &*code(&app, &secret))];
    assert_eq!(leads(&known(&app, &browser).await.post(SIGN_IN, &fields).await), "/console");
    leads(&browser.submit("/console/account/totp/off", &[("password", PASSWORD)]).await);
    assert_eq!(leads(&known(&app, &browser).await.sign_in(PASSWORD).await), "/console");
}

#[tokio::test]
async fn a_device_is_forgotten_half_a_year_after_the_last_time() {
    let app = strict().await;
    let mut browser = Browser::set_up(&app).await;
    app.clock.pass_seconds(HALF_A_YEAR - 1);
    crowd(&app, NAME).await;
    let former = known(&app, &browser).await;
    leads(&browser.sign_in(PASSWORD).await);
    app.clock.pass_seconds(1);
    assert_eq!(former.clone().sign_in(PASSWORD).await.status, 429);
    assert_eq!(leads(&known(&app, &browser).await.sign_in(PASSWORD).await), "/console");
}

#[tokio::test]
async fn only_a_right_try_of_an_operator_sets_the_cookie_and_no_script_reads_it() {
    let app = start().await;
    let tenant = app.tenant().await;
    Browser::set_up(&app).await;
    let mut browser = Browser::at(&app);
    assert!(set(&browser.sign_in(WRONG).await).is_empty());
    let tenants = browser.post("/console/sign-in/tenant", &[("secret_key", &tenant.key)]).await;
    assert_eq!(set(&tenants).len(), 1, "{:?}", set(&tenants));
    let mut told = set(&browser.sign_in(PASSWORD).await);
    told.sort_by_key(String::len);
    let [session, device] = told.as_slice() else { panic!("{told:?}") };
    assert!(
        device.starts_with(&format!("{DEVICE}=")) && session.starts_with(&format!("{SESSION}=")),
        "{told:?}"
    );
    let (_, attributes) = device.split_once("; ").unwrap();
    assert_eq!(attributes, format!("HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age={HALF_A_YEAR}"));
    // Signing out ends the session, and not what is known.
    leads(&browser.submit("/console/sign-out", &[]).await);
    assert!(browser.token.is_none() && browser.device.is_some());
    // It lets nobody in.
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn strangers_do_not_take_the_places_of_whoever_is_known() {
    let app = start_with(|settings| settings.console.wrong_per_address = "50/15m".parse().unwrap()).await;
    let browser = Browser::set_up(&app).await;
    let strangers: Vec<_> = (0..48)
        .map(|at| {
            let mut browser = Browser::at(&app);
            let name = format!("jane{at}");
            tokio::spawn(async move { browser.post(SIGN_IN, &[("name", &name), ("password", "x")]).await })
        })
        .collect();
    let (mut refused, mut places) = (0, tokio::task::JoinSet::new());
    for one in 0..6 {
        let mut browser = known(&app, &browser).await;
        places.spawn(async move { (one, browser.sign_in(PASSWORD).await.status) });
    }
    while let Some(told) = places.join_next().await {
        let (one, status) = told.unwrap();
        assert_eq!(status, 303, "{one}");
    }
    for one in strangers {
        refused += usize::from(one.await.unwrap().status == 503);
    }
    assert!(refused > 0, "there was room for everybody");
}
