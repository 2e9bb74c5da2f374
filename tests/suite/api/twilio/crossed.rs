//! What belongs to one tenant is to another as if it never was.

use serde_json::json;

use super::{Sdk, assert_error, begun, settled, sid};
use crate::api::harness::{Answer, JANE, TestApp};

#[tokio::test]
async fn every_route_is_closed_to_another_tenant() {
    let app = TestApp::start().await;
    let (one, other) = (app.tenant().await, app.tenant().await);
    let (mine, theirs) = (Sdk::of(&app, &one).await, Sdk::of(&app, &other).await);
    let (service, foreign) = (mine.service().await, theirs.service().await);
    let made = mine.new_service(&[("FriendlyName", "Mine")]).await;
    let (name, code) = begun(&app, &mine, &service, JANE).await;
    let listed = theirs.get("/Services").await.body;
    assert!(!listed.contains(made.trim_start_matches("/Services/")), "{listed}");
    for path in [&service, &made] {
        assert_error(&theirs.get(path).await, 404, 20404);
        assert_error(&theirs.post(path, &[("FriendlyName", "Theirs")]).await, 404, 20404);
        assert_error(&theirs.delete(path).await, 404, 20404);
    }
    // The service is foreign, or the verification is.
    for service in [&service, &foreign] {
        let (verification, check) =
            (format!("{service}/Verifications/{name}"), format!("{service}/VerificationCheck"));
        for status in ["canceled", "approved"] {
            assert_error(&theirs.post(&verification, &[("Status", status)]).await, 404, 20404);
        }
        assert_error(&theirs.get(&verification).await, 404, 20404);
        assert_error(&theirs.get(&format!("{service}/Verifications/{JANE}")).await, 404, 20404);
        assert_error(&theirs.post(&check, &[("VerificationSid", &name), ("Code", &code)]).await, 404, 20404);
        assert_error(&theirs.check(service, JANE, &code).await, 404, 20404);
    }
    assert_error(&theirs.begin(&service, JANE).await, 404, 20404);
    assert_eq!(app.mails_to(JANE), 1);
    assert_eq!(mine.get(&made).await.json()["friendly_name"], "Mine");
    assert_eq!(mine.check(&service, JANE, &code).await.json()["status"], "approved");
}

/// Things of a service, one of each kind, as paths below it; and attempts, which are below none.
struct Things {
    service: String,
    /// Each with what would change it.
    below: Vec<(String, (&'static str, &'static str))>,
    attempt: String,
}

impl Things {
    async fn made(app: &TestApp, sdk: &Sdk) -> Self {
        let service = sdk.new_service(&[("FriendlyName", "App")]).await;
        let make = async |path: &str, form: &[(&str, &str)]| {
            let made = sdk.post(&format!("{service}{path}"), form).await;
            assert_eq!(made.status, 201, "{path}: {}", made.body);
            format!("{path}/{}", sid(&made))
        };
        let (name, _) = begun(app, sdk, &service, JANE).await;
        settled(app).await;
        let limit = make("/RateLimits", &[("UniqueName", "device")]).await;
        let bucket = make(&format!("{limit}/Buckets"), &[("Max", "5"), ("Interval", "60")]).await;
        let totp = [("FriendlyName", "Jane"), ("FactorType", "totp")];
        let factor = make("/Entities/user-4711/Factors", &totp).await;
        let webhook = [
            ("FriendlyName", "Backend"),
            ("WebhookUrl", "https://app.example.com/hooks"),
            ("EventTypes", "factor.verified"),
        ];
        let webhook = make("/Webhooks", &webhook).await;
        let attempts = sdk.get("/Attempts").await.json();
        let attempt = format!("/Attempts/{}", attempts["attempts"][0]["sid"].as_str().unwrap());
        let below = vec![
            (format!("/Verifications/{name}"), ("Status", "approved")),
            (format!("/Verifications/{name}"), ("Status", "canceled")),
            (limit, ("Description", "theirs")),
            (bucket, ("Max", "50")),
            ("/Entities/user-4711".to_owned(), ("Identity", "theirs")),
            (factor, ("AuthPayload", "123456")),
            (webhook, ("FriendlyName", "theirs")),
        ];
        Self { service, below, attempt }
    }

    /// Everything as its tenant sees it.
    async fn shown(&self, sdk: &Sdk) -> Vec<String> {
        let mut shown = Vec::new();
        for path in
            self.below.iter().map(|(path, _)| format!("{}{path}", self.service)).chain([self.attempt.clone()])
        {
            let seen = sdk.get(&path).await;
            assert_eq!(seen.status, 200, "{path}: {}", seen.body);
            shown.push(seen.body);
        }
        shown
    }
}

/// Tries to read, change and delete a thing.
async fn try_all(sdk: &Sdk, path: &str, change: (&str, &str)) -> [Answer; 3] {
    [sdk.get(path).await, sdk.post(path, &[change]).await, sdk.delete(path).await]
}

#[tokio::test]
async fn nothing_of_a_service_is_there_for_another_tenant_or_below_another_service() {
    let app = TestApp::with(|settings| settings.limits.manage_per_tenant = "9000/1m".parse().unwrap()).await;
    let (mine, theirs) = (Sdk::of(&app, &app.tenant().await).await, Sdk::of(&app, &app.tenant().await).await);
    let things = Things::made(&app, &mine).await;
    let before = things.shown(&mine).await;
    let (foreign, sibling) = (theirs.service().await, mine.new_service(&[("FriendlyName", "Sibling")]).await);
    let no_service = "/Services/VA00000000000000000000000000000000".to_owned();
    for (path, change) in &things.below {
        for service in [&things.service, &foreign, &no_service] {
            for answer in try_all(&theirs, &format!("{service}{path}"), *change).await {
                assert!([404, 405].contains(&answer.status), "{service}{path}: {}", answer.body);
                assert_error(&answer, answer.status, if answer.status == 404 { 20404 } else { 20004 });
            }
        }
        for answer in try_all(&mine, &format!("{no_service}{path}"), *change).await {
            assert!([404, 405].contains(&answer.status), "{no_service}{path}: {}", answer.body);
        }
        // Identities, factors and webhooks are those of the tenant, whatever the service.
        if path.starts_with("/Verifications") || path.starts_with("/RateLimits") {
            for answer in try_all(&mine, &format!("{sibling}{path}"), *change).await {
                assert!([404, 405].contains(&answer.status), "{sibling}{path}: {}", answer.body);
            }
        }
    }
    assert_error(&theirs.get(&things.attempt).await, 404, 20404);
    for list in ["RateLimits", "Webhooks", "Entities/user-4711/Factors"] {
        assert_error(&theirs.get(&format!("{}/{list}", things.service)).await, 404, 20404);
        let own = theirs.get(&format!("{foreign}/{list}")).await.json();
        assert_eq!(own[own["meta"]["key"].as_str().unwrap()], json!([]), "{own}");
    }
    assert_eq!(theirs.get("/Attempts").await.json()["attempts"], json!([]));
    assert_eq!(things.shown(&mine).await, before, "nothing was changed");
}

#[tokio::test]
async fn a_verification_is_neither_ended_nor_answered_through_another_service() {
    let app = TestApp::start().await;
    let sdk = Sdk::of(&app, &app.tenant().await).await;
    let (first, second) = (sdk.service().await, sdk.new_service(&[("FriendlyName", "Second")]).await);
    let (name, code) = begun(&app, &sdk, &first, JANE).await;
    let check = format!("{second}/VerificationCheck");
    assert_error(&sdk.post(&check, &[("VerificationSid", &name), ("Code", &code)]).await, 404, 20404);
    assert_error(&sdk.check(&second, JANE, &code).await, 404, 20404);
    for named in [name.as_str(), JANE] {
        let path = format!("{second}/Verifications/{named}");
        assert_error(&sdk.get(&path).await, 404, 20404);
        for status in ["approved", "canceled"] {
            assert_error(&sdk.post(&path, &[("Status", status)]).await, 404, 20404);
        }
    }
    assert_eq!(sdk.get(&format!("{first}/Verifications/{name}")).await.json()["status"], "pending");
    // The sid wins over the recipient, so a code for somebody else is wrong.
    let joe = "joe@recipient.example";
    let (_, other) = begun(&app, &sdk, &first, joe).await;
    let form = [("VerificationSid", name.as_str()), ("To", joe), ("Code", &other)];
    let missed = sdk.post(&format!("{first}/VerificationCheck"), &form).await.json();
    assert_eq!((&missed["status"], &missed["valid"]), (&json!("pending"), &json!(false)), "{missed}");
    assert_eq!(sdk.check(&first, joe, &code).await.json()["valid"], false);
    assert_eq!(sdk.check(&first, JANE, &code).await.json()["status"], "approved");
    assert_error(
        &sdk.post(&format!("{first}/Verifications/{name}"), &[("Status", "approved")]).await,
        404,
        20404,
    );
}
