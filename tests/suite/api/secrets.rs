//! Nothing that the process logs, at any level and from any crate, contains a secret.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use mail_catcher::{Fault, Stage};
use otpmint::config::AlphabetName;
use reqwest::Method;
use reqwest::header::HeaderName;
use secrecy::ExposeSecret;
use serde_json::json;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::api::harness::{SMTP_MAIL, SMTP_PASSWORD, Tenant, TestApp, wrong};
use crate::api::otpgateway::Gateway;
use crate::api::twilio::Sdk;
use crate::api::v1::factors::{Factors, Phone, codes};
use crate::api::{console, pages};

/// Whether log lines are recorded. The neighbouring tests log as well, before and after.
static WANTED: AtomicBool = AtomicBool::new(false);

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Records everything that any crate logs on any thread, including crates that use `log`.
    fn keep_everything() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || writer.clone());
        let wanted = dynamic_filter_fn(|_, _| WANTED.load(Ordering::Relaxed));
        tracing_subscriber::registry().with(lines.with_filter(wanted)).init();
        WANTED.store(true, Ordering::Relaxed);
        log
    }

    fn end(&self) -> String {
        WANTED.store(false, Ordering::Relaxed);
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

const TO: &str = "very.particular.person@recipient.example";
const PASSWORD_OF_ANOTHER: &str = "hunter-2-Vq7-not-the-right-one";

/// A round in which everything succeeds once, and fails in most possible ways. Returns what must not have
/// been logged.
async fn round() -> Vec<String> {
    // Codes long enough that no port, time or number equals one by chance.
    let app = TestApp::with(|settings| {
        settings.codes.alphabet = AlphabetName::Unambiguous;
        settings.codes.length = 10;
        settings.limits.enabled = false;
        settings.delivery.wait_seconds = 1;
        settings.server.shutdown_seconds = 1;
        settings.server.public_url = pages::PUBLIC.to_owned();
    })
    .await;
    let mut body = app.registration();
    body["secretKey"] = json!("chosen-by-the-tenant-9Lw2");
    assert_eq!(app.operator().register(&body).await.status, 200);
    assert_eq!(app.operator().register(&body).await.status, 400);
    app.api.bearing("otpo_wrong-token-of-somebody").register(&body).await;
    let tenant = app.tenant().await;
    let challenge = app.mint(&tenant, TO).await;
    let guess = wrong(&challenge.code);
    app.api.verify(&challenge.key, &guess).await.is(403, "OTP Mismatched!");
    app.api.verify_as(&tenant.key, &challenge.key, &challenge.code).await.is(201, "OTP Matched!");
    app.api.verify_as("wrong-key-that-somebody-has-7", &challenge.key, &challenge.code).await;
    app.api.mint(TO, "wrong-key-that-somebody-has-7").await;
    app.api.get(&format!("/verify-otp?otp={}", challenge.code)).await;
    body["secretKey"] = json!("another-of-the-tenant-3Rk8");
    body["smtp_password"] = json!(PASSWORD_OF_ANOTHER);
    assert_eq!(app.operator().register(&body).await.status, 200);
    app.api.mint(TO, "another-of-the-tenant-3Rk8").await.is_text_problem(400);
    let mut typed_and_shown = browse(&app).await;
    typed_and_shown.extend(of_factors(&app, &tenant).await);
    typed_and_shown.extend(of_relays(&app, &tenant).await);
    typed_and_shown.extend(of_otpgateway(&app, &tenant).await);
    typed_and_shown.extend(of_twilio(&app, &tenant).await);
    for fault in
        [Fault::Reply(Stage::Rcpt, 550), Fault::AuthLoginOnly, Fault::Stall(Stage::Data), Fault::WordCodes]
    {
        app.mail.set_faults(vec![fault.always()]);
        let fresh = app.tenant().await;
        app.api.mint(TO, &fresh.key).await;
    }
    app.sweep().await;
    let mut secrets = vec![SMTP_PASSWORD.to_owned(), PASSWORD_OF_ANOTHER.to_owned(), TO.to_owned()];
    secrets.extend([app.operator_token.clone(), "otpo_wrong-token-of-somebody".to_owned()]);
    secrets.extend(["chosen-by-the-tenant-9Lw2", "another-of-the-tenant-3Rk8"].map(str::to_owned));
    secrets.extend(["wrong-key-that-somebody-has-7".to_owned(), tenant.key, challenge.code, guess]);
    secrets.extend(typed_and_shown);
    app.restart(|_| {}).await;
    secrets
}

/// The same over the routes of otpgateway.
async fn of_otpgateway(app: &TestApp, tenant: &Tenant) -> Vec<String> {
    let (gateway, id, own) = (Gateway::of(app, tenant), "very-particular-alias", "H7K2M9P4QT");
    let form = [("provider", "smtp"), ("to", TO), ("otp", own)];
    assert_eq!(gateway.put(id, &form).await.status, 200);
    assert_eq!(gateway.get(&format!("/otp/{}/{id}?otp={own}&action=check", tenant.handle)).await.status, 303);
    assert_eq!(gateway.put(&format!("{id}?otp={own}"), &form).await.status, 400);
    assert_eq!(gateway.check(id, "H7K2M9P4QX").await.status, 400);
    assert_eq!(gateway.calling("nobody", "wrong-key-of-a-gateway-7").check(id, own).await.status, 401);
    assert_eq!(gateway.check(id, own).await.status, 200);
    [id, own, "H7K2M9P4QX", "wrong-key-of-a-gateway-7"].map(str::to_owned).to_vec()
}

/// The same over the API of Twilio, whose paths may have recipients.
async fn of_twilio(app: &TestApp, tenant: &Tenant) -> Vec<String> {
    let (to, code, number) = ("very.particular.caller@recipient.example", "8264019375", "+4915187654321");
    let sdk = Sdk::of(app, tenant).await;
    let form = [("FriendlyName", "Log"), ("CodeLength", "10"), ("CustomCodeEnabled", "true")];
    let service = sdk.new_service(&form).await;
    let verifications = format!("{service}/Verifications");
    let begin = [("To", to), ("Channel", "email"), ("CustomCode", code)];
    assert_eq!(sdk.post(&verifications, &begin).await.status, 201);
    assert_eq!(sdk.get(&format!("{verifications}/{to}")).await.status, 200);
    assert_eq!(sdk.check(&service, to, "8264019376").await.json()["valid"], false);
    let stranger = Sdk::with(app, &sdk.account, "wrong-key-of-an-sdk-7");
    assert_eq!(stranger.check(&service, to, code).await.status, 401);
    assert_eq!(sdk.check(&service, to, code).await.json()["status"], "approved");
    assert_eq!(sdk.post("/SafeList/Numbers", &[("PhoneNumber", number)]).await.status, 201);
    assert_eq!(sdk.get(&format!("/SafeList/Numbers/{number}")).await.status, 200);
    [to, code, "8264019376", "wrong-key-of-an-sdk-7", &number[1..]].map(str::to_owned).to_vec()
}

/// The same with an authenticator app. Its codes are too short to be searched for.
async fn of_factors(app: &TestApp, tenant: &Tenant) -> Vec<String> {
    let factors = Factors::of(app, tenant);
    let told = factors.create(&json!({ "identity": "very-particular-identity" })).await.json();
    let (id, phone) = (told["factor"].as_str().expect("a handle"), Phone::of(&told));
    assert_eq!(factors.confirm(id, &phone.wrong(app)).await.status, 403);
    let mut secrets = codes(&factors.confirm(id, &phone.code(app, 0)).await);
    assert_eq!(factors.check(id, &secrets[0]).await.status, 200);
    let brought = "KRUGS4ZANFZSA3TPOQQGC3RAMFRWG2LE";
    let uri = format!("otpauth://totp/x?secret={brought}");
    assert_eq!(factors.create(&json!({ "identity": "x", "uri": uri })).await.status, 201);
    assert_eq!(
        factors.create(&json!({ "identity": "x", "uri": format!("{uri}&digits=7") })).await.status,
        422
    );
    secrets.extend(
        [told["secret"].as_str().expect("a secret"), brought, "very-particular-identity"].map(str::to_owned),
    );
    secrets
}

/// The same with codes that other systems have made.
async fn of_relays(app: &TestApp, tenant: &Tenant) -> Vec<String> {
    let code = "Relayed-Code-Xw7-of-another-system";
    let made = app.api.bearing(&tenant.key);
    let key = made.post("/v1/tenant/keys", &json!({ "name": "relay", "scopes": ["relay"] })).await.json();
    let key = key["secret"].as_str().expect("a secret").to_owned();
    let relay = app.api.bearing(&key);
    let body = json!({ "to": TO, "code": code });
    let sent = relay.with(HeaderName::from_static("prefer"), "wait=10").post("/v1/messages", &body).await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    let hook = |tenant: &str| format!("/hooks/gateway/{tenant}");
    assert_eq!(relay.post(&hook(&tenant.handle), &body).await.status, 200);
    assert_eq!(relay.post(&hook("tnt_2222222222222222"), &body).await.status, 401);
    let wrong = json!({ "to": code, "code": code });
    assert_eq!(relay.post(&hook(&tenant.handle), &wrong).await.status, 422);
    let secret = "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let set = json!({ "secret": secret }).to_string().into_bytes();
    let set = made.send(Method::PUT, "/v1/tenant/hooks/supabase-sms", set).await;
    assert_eq!(set.status, 200, "{}", set.body);
    assert_eq!(app.api.post(&format!("/hooks/supabase-sms/{}", tenant.handle), &body).await.status, 401);
    [code, secret, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"].map(str::to_owned).into_iter().chain([key]).collect()
}

/// The same in browsers, at the console and on hosted pages.
async fn browse(app: &TestApp) -> Vec<String> {
    let link = app.app().setup_link().expect("no operator yet").path().expose_secret().to_owned();
    let mut operator = console::Browser::set_up(app).await;
    let former = operator.token.clone().expect("a session");
    assert_eq!(operator.sign_in("wrong-password-of-jane-1").await.status, 403);
    assert_eq!(operator.sign_in(console::PASSWORD).await.status, 303);
    let app_secret = console::hidden(&operator.get("/console/account/totp").await.body, "secret");
    let totp = [("secret", app_secret.as_str()), ("code", "000000"), ("password", console::PASSWORD)];
    assert_eq!(operator.submit("/console/account/totp", &totp).await.status, 422);
    let tenant = pages::hosting_tenant(app).await;
    for (key, status) in [(tenant.key.as_str(), 303), ("otpm_wrong-at-the-console", 403)] {
        let mut browser = console::Browser::at(app);
        assert_eq!(browser.post("/console/sign-in/tenant", &[("secret_key", key)]).await.status, status);
    }
    let body = json!({ "to": TO, "return_url": pages::RETURN });
    let (visitor, page) = (pages::Browser::at(app), pages::Hosted::minted(app, &tenant, body).await);
    let asking = json!({ "return_url": pages::RETURN });
    let asking = pages::backend(app, &tenant).post("/v1/challenges", &asking).await.json();
    let asking = asking["page_url"].as_str().expect("a page").strip_prefix(pages::PUBLIC).expect("ours");
    let given = visitor.post(&format!("{asking}/recipient"), &format!("to={TO}")).await;
    assert_eq!(pages::leads(&given), asking);
    assert_eq!(visitor.get(&page.path).await.status, 200);
    let guess = wrong(&page.code);
    pages::leads(&visitor.answer(&page, &guess).await);
    let result = visitor.result(&page).await;
    for status in [200, 404] {
        let told = pages::backend(app, &tenant).post("/v1/results", &json!({ "result": result })).await;
        assert_eq!(told.status, status, "{}", told.body);
    }
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let tokens = [last(&link), former, operator.form_token().await, operator.token.expect("a session")];
    let pages = [last(&page.path), last(asking), page.code, guess, result, tenant.key, app_secret];
    let typed = ["wrong-password-of-jane-1", console::PASSWORD, "otpm_wrong-at-the-console"];
    tokens.into_iter().chain(pages).chain(typed.map(str::to_owned)).collect()
}

/// What a login sends, in each encoding.
fn encoded() -> Vec<String> {
    let mut forms = Vec::new();
    for password in [SMTP_PASSWORD, PASSWORD_OF_ANOTHER] {
        let login = format!("\0{SMTP_MAIL}\0{password}");
        for plain in [login.as_str(), password] {
            forms.extend([
                STANDARD.encode(plain),
                STANDARD_NO_PAD.encode(plain),
                URL_SAFE_NO_PAD.encode(plain),
            ]);
        }
        // Bytes as `Debug` prints them.
        forms.push(format!("{:?}", password.as_bytes()).trim_matches(['[', ']']).to_owned());
    }
    forms
}

#[tokio::test(flavor = "multi_thread")]
async fn no_level_of_any_crate_logs_a_password_a_key_a_code_or_a_recipient() {
    let log = Log::keep_everything();
    let mut secrets = round().await;
    let text = log.end();
    // The search covers the right lines: our own, and those of the crates below.
    for seen in ["a try at delivering a mail failed", "a tenant was registered", "TRACE", "v***@r***.example"]
    {
        assert!(text.contains(seen), "{seen} is not in the log of {} bytes", text.len());
    }
    secrets.extend(encoded());
    for secret in secrets {
        let line = text.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret} was logged");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_part_of_the_program_prints_of_itself_is_a_secret() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    let authenticated = app.authenticated(&tenant).await;
    let printed = format!("{authenticated:?} {:?} {:?}", app.settings, app.office().await.keyring);
    let master = std::fs::read_to_string(app.settings.data_dir.join("master.key")).unwrap();
    for secret in [SMTP_PASSWORD, &tenant.key, &app.operator_token, SMTP_MAIL, master.trim()] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
