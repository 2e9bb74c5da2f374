//! One code, answered through every face that reaches it: it counts once, and so does every mistake.

use reqwest::header::HeaderName;
use serde_json::json;
use tokio::task::JoinSet;

use super::{last, open, text};
use crate::api::harness::{Api, TestApp, wrong};
use crate::api::otpgateway::Gateway;
use crate::api::pages::{Browser, PUBLIC, RETURN, hosting_tenant};
use crate::api::twilio::{Sdk, sid};
use crate::api::v1::messages::relaying;

/// As `furnish`, with what several threads need.
async fn start() -> TestApp {
    TestApp::with(|settings| {
        open(settings);
        settings.server.workers = 4;
    })
    .await
}

/// A pending code, and every way to answer it.
#[derive(Clone)]
struct Target {
    app: Api,
    backend: Api,
    sdk: Sdk,
    service: String,
    gateway: Gateway,
    browser: Browser,
    to: String,
    /// The shareable key, if the face that minted the code shows one.
    key: Option<String>,
    verification: String,
    alias: Option<String>,
    page: String,
}

/// Who has minted the code.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Mint {
    V1,
    Otpgateway,
}

impl Target {
    async fn minted(app: &TestApp, by: Mint, to: &str) -> (Self, String) {
        let tenant = hosting_tenant(app).await;
        let backend = app.api.bearing(&tenant.key).with(HeaderName::from_static("prefer"), "wait=10");
        let (sdk, gateway) = (Sdk::of(app, &tenant).await, Gateway::of(app, &tenant));
        let (service, before) = (sdk.service().await, app.mails_to(to));
        let (told, alias) = match by {
            Mint::V1 => {
                let body = json!({ "to": to, "purpose": "verification", "return_url": RETURN });
                (backend.post("/v1/challenges", &body).await, None)
            }
            Mint::Otpgateway => (gateway.mail("session-17", to).await, Some("session-17".to_owned())),
        };
        assert!([200, 201].contains(&told.status), "{}", told.body);
        let told = told.json();
        let (key, page) = match by {
            Mint::V1 => (Some(text(&told, "key")), text(&told, "page_url")),
            Mint::Otpgateway => (None, text(&told["data"], "url")),
        };
        let page = page.strip_prefix(PUBLIC).expect("the public URL").to_owned();
        let verification = sid(&sdk.get(&format!("{service}/Verifications/{to}")).await);
        let code = app.code_after(before, to).await;
        let (browser, to) = (Browser::at(app), to.to_owned());
        let app = app.api.clone();
        (Self { app, backend, sdk, service, gateway, browser, to, key, verification, alias, page }, code)
    }

    /// The ways by which this code can be answered.
    fn ways(&self) -> Vec<&'static str> {
        let mut ways = vec!["v1 by recipient", "twilio by recipient", "twilio by sid"];
        if self.key.is_some() {
            ways.extend(["v1", "v1 as a holder", "original", "page"]);
        }
        if self.alias.is_some() {
            ways.push("otpgateway");
        }
        ways
    }

    /// Whether a face accepts the code.
    async fn accepts(&self, way: &str, code: &str) -> bool {
        let key = self.key.as_deref().unwrap_or_default();
        let body = json!({ "code": code });
        let check = format!("{}/VerificationCheck", self.service);
        let answer = match way {
            "v1" => self.backend.post(&format!("/v1/challenges/{key}/verify"), &body).await,
            "v1 as a holder" => self.app.post(&format!("/v1/challenges/{key}/verify"), &body).await,
            "v1 by recipient" => {
                let body = json!({ "to": self.to, "purpose": "verification", "code": code });
                self.backend.post("/v1/verify", &body).await
            }
            "twilio by recipient" => self.sdk.check(&self.service, &self.to, code).await,
            "twilio by sid" => {
                self.sdk.post(&check, &[("VerificationSid", &self.verification), ("Code", code)]).await
            }
            "original" => self.app.verify(key, code).await,
            "otpgateway" => self.gateway.check(self.alias.as_deref().unwrap_or_default(), code).await,
            "page" => self.browser.post(&format!("{}/verify", self.page), &format!("code={code}")).await,
            other => panic!("{other}"),
        };
        match way {
            "original" => answer.status == 201,
            // Twilio says in the body what became of an answer.
            _ if way.starts_with("twilio") => {
                answer.status == 200
                    && answer.json()["status"] == "approved"
                    && answer.json()["valid"] == true
            }
            // Whoever is right leaves with a result.
            "page" => answer.header("refresh").is_some_and(|there| there.contains("otpmint_result=otpr_")),
            _ => answer.status == 200,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_right_answers_over_all_faces_at_once_exactly_one_is_accepted() {
    let app = start().await;
    for (by, round) in [(Mint::V1, 1), (Mint::Otpgateway, 2), (Mint::V1, 3)] {
        let (target, code) = Target::minted(&app, by, &format!("race{round}@recipient.example")).await;
        let mut answers = JoinSet::new();
        for way in target.ways().into_iter().cycle().take(16) {
            let (target, code) = (target.clone(), code.clone());
            answers.spawn(async move { (way, target.accepts(way, &code).await) });
        }
        let answers = answers.join_all().await;
        let accepted = answers.iter().filter(|(_, is_accepted)| *is_accepted).count();
        assert_eq!(accepted, 1, "{by:?} {answers:?}");
        // Nor is it accepted later, on any of them.
        for way in target.ways() {
            assert!(!target.accepts(way, &code).await, "{by:?} {way}");
        }
    }
    let verified = "SELECT count(*) FROM challenges WHERE status = 'verified'";
    assert_eq!(app.database().number(verified), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_leads_to_the_code() {
    let app = start().await;
    for by in [Mint::V1, Mint::Otpgateway] {
        let (some, _) = Target::minted(&app, by, "ways@recipient.example").await;
        for (at, way) in some.ways().into_iter().enumerate() {
            let (target, code) = Target::minted(&app, by, &format!("way{at}@recipient.example")).await;
            assert!(!target.accepts(way, &wrong(&code)).await, "{by:?} {way}");
            assert!(target.accepts(way, &code).await, "{by:?} {way}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_answers_on_all_faces_draw_on_one_budget() {
    let app = start().await;
    for by in [Mint::V1, Mint::Otpgateway] {
        // Five are evaluated, each on another face; where a round begins differs.
        for begin in 0..3 {
            let to = format!("budget{begin}@recipient.example");
            let (target, code) = Target::minted(&app, by, &to).await;
            let ways = target.ways();
            for way in ways.iter().cycle().skip(begin).take(5) {
                assert!(!target.accepts(way, &wrong(&code)).await, "{by:?} {way}");
            }
            for way in ways {
                assert!(!target.accepts(way, &code).await, "{by:?} {begin} {way} after five wrong answers");
            }
        }
    }
    assert_eq!(app.database().number("SELECT count(*) FROM challenges WHERE status = 'verified'"), 0);
    assert_eq!(app.database().number("SELECT max(attempts) FROM challenges"), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_answers_over_all_faces_at_once_are_evaluated_five_times() {
    let app = start().await;
    let (target, code) = Target::minted(&app, Mint::V1, "wrong@recipient.example").await;
    let mut answers = JoinSet::new();
    for way in target.ways().into_iter().cycle().take(28) {
        let (target, code) = (target.clone(), wrong(&code));
        answers.spawn(async move { target.accepts(way, &code).await });
    }
    assert!(answers.join_all().await.iter().all(|is_accepted| !is_accepted));
    assert_eq!(app.database().number("SELECT max(attempts) FROM challenges"), 5);
    assert!(!target.accepts("v1", &code).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relayed_code_is_accepted_nowhere() {
    let app = start().await;
    // Something minted is pending beside it, so that every way leads somewhere.
    let (mut target, minted) = Target::minted(&app, Mint::Otpgateway, "both@recipient.example").await;
    let relayed = if minted == "23456789AB" { "23456789AC" } else { "23456789AB" };
    let tenants = app.database().text("SELECT handle FROM tenants ORDER BY id DESC LIMIT 1");
    let key = target.backend.post("/v1/tenant/keys", &json!({ "name": "r", "scopes": ["relay"] })).await;
    let relay = app.api.bearing(&text(&key.json(), "secret"));
    let to = json!({ "to": target.to, "code": relayed, "purpose": "verification" });
    let sent = relay.post("/v1/messages", &to).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    let hooked = json!({ "to": target.to, "code": "98765432ZZ", "purpose": "verification" });
    assert_eq!(relay.post(&format!("/hooks/gateway/{tenants}"), &hooked).await.status, 200);
    let id = text(&sent.json(), "id");
    // The id is tried wherever a name of a challenge goes.
    (target.key, target.page) = (Some(id.clone()), format!("/c/{id}"));
    let ways = ["v1", "v1 as a holder", "original", "page"];
    for code in [relayed, "98765432ZZ", &minted] {
        for way in ways {
            assert!(!target.accepts(way, code).await, "{way}");
        }
    }
    for way in ["v1 by recipient", "twilio by recipient", "otpgateway"] {
        assert!(!target.accepts(way, relayed).await, "{way}");
    }
    assert!(!target.accepts("otpgateway", "98765432ZZ").await);
    let fetched = target.sdk.get(&format!("{}/Verifications/{id}", target.service)).await;
    assert_eq!(fetched.status, 404, "{}", fetched.body);
    assert_eq!(target.browser.get(&format!("/f/{id}")).await.status, 404);
    // The minted code stays the recipient's latest, with one answer left.
    assert!(target.accepts("v1 by recipient", &minted).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_recipient_is_written_it_is_one_recipient_on_every_face() {
    let app = TestApp::with(|settings| settings.server.public_url = PUBLIC.to_owned()).await;
    let tenant = hosting_tenant(&app).await;
    let (sdk, gateway) = (Sdk::of(&app, &tenant).await, Gateway::of(&app, &tenant));
    let (api, service) = (app.api.bearing(&tenant.key), sdk.service().await);
    let relay = relaying(&app, &tenant).await;
    // Three messages in ten minutes, whoever asks for them.
    let first = api.post("/v1/challenges", &json!({ "to": "  Jane.Roe@Recipient.EXAMPLE " })).await;
    assert_eq!(first.status, 201, "{}", first.body);
    app.clock.pass_seconds(61);
    assert_eq!(gateway.mail("session-17", "jane.ROE@recipient.example").await.status, 200);
    app.clock.pass_seconds(61);
    assert_eq!(app.api.mint("JANE.ROE@RECIPIENT.EXAMPLE", &tenant.key).await.status, 200);
    app.clock.pass_seconds(61);
    let spelled = "jane.roe@RECIPIENT.example";
    let begun = sdk.post(&format!("{service}/Verifications"), &[("To", spelled), ("Channel", "email")]).await;
    assert_eq!(begun.status, 429, "{}", begun.body);
    assert_eq!(gateway.mail("session-18", spelled).await.status, 429);
    assert_eq!(api.post("/v1/challenges", &json!({ "to": spelled })).await.status, 429);
    assert_eq!(relay.post("/v1/messages", &json!({ "to": spelled, "code": "314159" })).await.status, 429);
    let hook = format!("/hooks/gateway/{}", tenant.handle);
    assert_eq!(relay.post(&hook, &json!({ "to": spelled, "code": "314159" })).await.status, 429);
    assert_eq!(app.database().number("SELECT count(*) FROM challenges"), 3);
    // And the latest code of it is found under each spelling, also encoded in a path.
    for path in
        ["jane.roe%40recipient.example", "JANE.ROE@recipient.EXAMPLE", "%4Aane.Roe%40Recipient.example"]
    {
        let found = sdk.get(&format!("{service}/Verifications/{path}")).await;
        assert_eq!(found.status, 200, "{path}: {}", found.body);
        assert_eq!(last(&text(&found.json(), "url")).len(), 34);
    }
}
