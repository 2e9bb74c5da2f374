//! One mailbox, however it is spelled, and whoever sends to it.

use mail_catcher::{Fault, Stage};
use otpmint::domain::sub_key::KeyPurpose;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::harness::{Answer, Tenant, TestApp, wrong};
use crate::api::otpgateway::{Gateway, data};
use crate::api::twilio::{assert_error, begun, world};
use crate::api::v1::messages::relaying;
use crate::api::v1::sandbox::both;
use crate::api::v1::{Backend, assert_problem, claims, minted};

use super::rate;

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;

/// Spellings of one mailbox.
const SPELLINGS: [&str; 4] =
    ["jane.doe@gmail.com", "janedoe+shop@gmail.com", "J.A.N.E.Doe@googlemail.com", "janedoe@googlemail.com"];

async fn tenants(app: &TestApp, number: usize) -> Vec<Tenant> {
    let mut tenants = Vec::new();
    for _ in 0..number {
        tenants.push(app.tenant().await);
    }
    tenants
}

/// How many of these mints succeed, one after the other.
async fn minted_by(app: &TestApp, tenants: &[Tenant], to: &str) -> usize {
    let mut minted = 0;
    for tenant in tenants {
        minted += usize::from(app.api.mint(to, &tenant.key).await.status == 200);
    }
    minted
}

#[tokio::test(flavor = "multi_thread")]
async fn spellings_of_one_mailbox_share_its_windows_and_are_sent_to_as_they_are() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    for to in &SPELLINGS[..3] {
        app.mint(&tenant, to).await;
    }
    app.api.json().mint(SPELLINGS[3], &tenant.key).await.is_limited_by("sends_per_recipient");
    let sent: Vec<usize> = SPELLINGS.iter().map(|to| app.mails_to(to)).collect();
    assert_eq!(sent, [1, 1, 1, 0]);
    // At other domains dots make another mailbox, tags do not.
    for to in ["a.b+1@x.example", "a.b@x.example", "a.b+2@x.example", "ab@x.example"] {
        assert_eq!(app.api.mint(to, &tenant.key).await.status, 200, "{to}");
    }
    app.api.json().mint("a.b+3@x.example", &tenant.key).await.is_limited_by("sends_per_recipient");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_lock_out_and_are_forgiven_under_every_spelling() {
    let app = TestApp::with(|settings| settings.limits.failures_per_recipient = rate("2/1h")).await;
    let tenant = app.tenant().await;
    let backend = Backend::of(&app, &tenant);
    for to in &SPELLINGS[..2] {
        let (key, code) = minted(&app, &backend, &json!({ "to": to })).await;
        assert_problem(&backend.verify(&key, &wrong(&code)).await, 403, "code_mismatch");
    }
    assert_problem(&backend.mint(&json!({ "to": SPELLINGS[2] })).await, 429, "failures_per_recipient");
    let unlock = json!({ "to": SPELLINGS[3] });
    let unlocked = app.api.bearing(&tenant.key).post("/v1/tenant/recipients/unlock", &unlock).await;
    assert_eq!(unlocked.status, 200, "{}", unlocked.body);
    minted(&app, &backend, &json!({ "to": SPELLINGS[2] })).await;
}

/// At some servers, `a+b@` and `a@` are two people: a code proves the address that it was sent to.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_proves_no_other_spelling_than_the_one_it_was_sent_to() {
    let app = TestApp::start().await;
    let backend = Backend::of(&app, &app.tenant().await);
    let (plain, tagged) = ("mal@odd.example", "mal+ory@odd.example");
    let (_, first) = minted(&app, &backend, &json!({ "to": plain })).await;
    let answer = |to: &str, code: &str| {
        let (backend, body) = (&backend, json!({ "to": to, "code": code }));
        async move { backend.verify_latest(&body).await }
    };
    assert_problem(&answer(tagged, &first).await, 404, "challenge_not_found");
    let (_, second) = minted(&app, &backend, &json!({ "to": tagged })).await;
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    assert_problem(&answer("mal+x@odd.example", &second).await, 404, "challenge_not_found");
    // Each finds its own, although the other one is later; letters may be large.
    let verified = answer("Mal@odd.example", &first).await;
    assert_eq!((verified.status, &claims(&verified)["sub"]), (200, &json!(plain)), "{}", verified.body);
    let verified = answer("MAL+ORY@odd.example", &second).await;
    assert_eq!((verified.status, &claims(&verified)["sub"]), (200, &json!(tagged)), "{}", verified.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_apis_find_no_other_spelling_either() {
    let (app, sdk, service) = world().await;
    let (plain, tagged) = ("mal@odd.example", "mal+ory@odd.example");
    let (_, code) = begun(&app, &sdk, &service, plain).await;
    assert_error(&sdk.check(&service, tagged, &code).await, 404, 20404);
    // It is another verification, and neither resends the other's code.
    let (_, other) = begun(&app, &sdk, &service, tagged).await;
    assert_eq!((app.mails_to(plain), app.mails_to(tagged)), (1, 1));
    assert_eq!(sdk.check(&service, plain, &code).await.json()["status"], json!("approved"));
    assert_eq!(sdk.check(&service, tagged, &other).await.json()["status"], json!("approved"));

    let tenant = app.tenant().await;
    let gateway = Gateway::of(&app, &tenant);
    gateway.issued(&app, "signup-1", plain).await;
    app.clock.pass_seconds(31);
    let former = app.mails_to(plain);
    data(&gateway.mail("signup-1", tagged).await);
    app.code_after(1, tagged).await;
    assert_eq!(app.mails_to(plain), former, "the code for the other address was sent again");
}

/// The figure in `docs/security.md`: mails to one mailbox in a day, at the defaults.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_gets_ten_mails_a_day_of_one_tenant_and_thirty_of_eight() {
    let app = TestApp::start().await;
    let eight = tenants(&app, 8).await;
    let (mut of_one, mut of_eight) = (0, 0);
    let mut first = 0;
    for hour in 0..24 {
        for round in 0..3 {
            of_one += minted_by(&app, &eight[..1], "one@recipient.example").await;
            of_eight += minted_by(&app, &eight, SPELLINGS[(hour + round) % 4]).await;
        }
        if hour == 0 {
            first = of_eight;
        }
        app.clock.pass_seconds(HOUR - 1);
    }
    // Each of eight tenants had its own ten before.
    assert_eq!((first, of_one, of_eight), (10, 10, 30));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_eight_tenants_lets_exactly_ten_through() {
    let app = TestApp::with(|settings| settings.server.workers = 4).await;
    let eight = tenants(&app, 8).await;
    for round in 0..3 {
        let to = format!("crowd{round}@recipient.example");
        let mut tasks = Vec::new();
        for tenant in eight.iter().flat_map(|tenant| [tenant; 3]) {
            let (api, key, to) = (app.api.clone(), tenant.key.clone(), to.clone());
            tasks.push(tokio::spawn(async move { api.mint(&to, &key).await.status }));
        }
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        let of = |status: u16| answers.iter().filter(|answer| **answer == status).count();
        assert_eq!((of(200), of(429)), (10, 14), "{answers:?}");
        assert_eq!(app.mails_to(&to), 10);
    }
}

/// The part of a refusal that could tell one tenant what another does.
fn told(refused: &Answer) -> Value {
    let mut problem = assert_problem(refused, 429, "sends_per_recipient");
    let fields = problem.as_object_mut().unwrap();
    fields.remove("retry_after");
    fields.remove("instance");
    problem
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_nothing_about_other_tenants() {
    let app = TestApp::start().await;
    let five = tenants(&app, 5).await;
    for tenant in &five[..4] {
        for _ in 0..3 {
            app.api.mint("jane@recipient.example", &tenant.key).await;
        }
        app.clock.pass_seconds(7);
    }
    let own = Backend::of(&app, &five[0]).mint(&json!({ "to": "jane@recipient.example" })).await;
    let others = Backend::of(&app, &five[4]).mint(&json!({ "to": "jane@recipient.example" })).await;
    assert_eq!(told(&own), told(&others));
    // A whole window, not the moment at which others have sent.
    assert_eq!(others.retry_after(), 10 * MINUTE);
    app.clock.pass_seconds(10 * MINUTE);
    app.mint(&five[4], "jane@recipient.example").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn relayed_messages_resent_codes_test_mails_and_numbers_count_overall() {
    let app = TestApp::with_inbox(|settings| {
        settings.limits.sends_per_recipient_overall = vec![rate("4/1h")];
        settings.limits.sends_per_recipient = vec![rate("9/1h")];
    })
    .await;
    let [one, two] = [app.tenant().await, app.tenant().await];
    let backend = Backend::of(&app, &one);
    let to = "jane+1@recipient.example";
    let (key, _) = minted(&app, &backend, &json!({ "to": to })).await;
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    app.clock.pass_seconds(30);
    assert_eq!(backend.resend(&key).await.status, 200);
    let relay = relaying(&app, &two).await;
    let body = json!({ "to": "jane+2@recipient.example", "code": "123456", "purpose": "login" });
    assert_eq!(relay.post("/v1/messages", &body).await.status, 201);
    let tried = app.api.bearing(&two.key).post("/v1/tenant/smtp/test", &json!({ "to": to })).await;
    assert_eq!(tried.status, 200, "{}", tried.body);
    for refused in [
        backend.mint(&json!({ "to": to })).await,
        relay.post("/v1/messages", &body).await,
        app.api.bearing(&two.key).post("/v1/tenant/smtp/test", &json!({ "to": to })).await,
    ] {
        assert_problem(&refused, 429, "sends_per_recipient");
    }
    app.clock.pass_seconds(60);
    assert_problem(&backend.resend(&key).await, 429, "sends_per_recipient");

    let mut sent = 0;
    for tenant in [&one, &two] {
        let api = app.api.bearing(&tenant.key);
        let route = json!({ "transport": "log", "settings": { "from": "Acme" } });
        assert_eq!(api.post("/v1/tenant/routes", &route).await.status, 201);
        let body = json!({ "phone": { "countries": ["*"] } }).to_string().into_bytes();
        assert_eq!(api.send(Method::PATCH, "/v1/tenant", body).await.status, 200);
        for _ in 0..3 {
            let minted = Backend::of(&app, tenant).mint(&json!({ "to": "+4915123456789" })).await;
            sent += usize::from(minted.status == 201);
        }
    }
    assert_eq!(sent, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sent_does_not_count_overall() {
    let app = TestApp::with(|settings| {
        settings.limits.sends_per_recipient_overall = vec![rate("1/1h")];
    })
    .await;
    let (live, sandbox) = both(&app).await;
    let other = app.tenant().await;
    app.database().change("UPDATE secret_keys SET scopes = 'mint verify manage reveal'");
    app.clock.pass_seconds(2);
    let to = "jane@recipient.example";
    for _ in 0..3 {
        assert_eq!(Backend::of(&app, &sandbox).mint(&json!({ "to": to })).await.status, 201);
    }
    let revealed = json!({ "to": to, "channel": "none" });
    for _ in 0..2 {
        assert_eq!(Backend::of(&app, &live).mint(&revealed).await.status, 201);
    }
    app.mail.set_faults(vec![Fault::Reply(Stage::Rcpt, 550).always()]);
    let failed = Backend::of(&app, &other).waiting().mint(&json!({ "to": to })).await;
    assert_eq!(
        (failed.status, &failed.json()["delivery"]["status"]),
        (201, &json!("failed")),
        "{}",
        failed.body
    );
    app.mail.set_faults(Vec::new());
    app.mint(&live, to).await;
    app.api.json().mint(to, &other.key).await.is_limited_by("sends_per_recipient");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overall_windows_can_be_switched_off_and_survive_a_restart_and_a_new_key() {
    let app = TestApp::start().await;
    let eight = tenants(&app, 8).await;
    let to = "jane@recipient.example";
    assert_eq!(minted_by(&app, &eight, to).await, 8);
    app.rotate_sub_keys(&[KeyPurpose::Recipient]).await;
    let app = app.restart(|_| {}).await;
    assert_eq!(minted_by(&app, &eight, to).await, 2);
    let app = app.restart(|settings| settings.limits.sends_per_recipient_overall = Vec::new()).await;
    assert_eq!(minted_by(&app, &eight, to).await, 8);
    // It is swept with what is counted for the recipients of tenants.
    app.clock.pass_seconds(40 * 24 * HOUR);
    app.sweep().await;
    app.sweep().await;
    assert_eq!(app.database().number("SELECT count(*) FROM recipients"), 0);
}
