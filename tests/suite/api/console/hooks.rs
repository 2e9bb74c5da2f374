//! The secrets with which identity servers sign.

use super::tenant::{own, signed_in};
use super::{Browser, PASSWORD, PUBLIC, leads, shows, start};

const SECRET: &str = "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test]
async fn a_secret_is_made_shown_once_replaced_and_deleted_each_after_the_password() {
    let app = start().await;
    let (tenant, other) = (app.tenant().await, app.tenant().await);
    let mut browser = Browser::set_up(&app).await;
    let (page, sms) = (own(&tenant, "/hooks"), own(&tenant, "/hooks/supabase-sms"));
    let rows = || app.database().number("SELECT count(*) FROM hooks");
    shows(&browser.get(&page).await, 200, &format!("{PUBLIC}/hooks/kratos/{}", tenant.handle));
    shows(&browser.submit(&sms, &[("secret", "")]).await, 403, "That was not right.");
    assert_eq!(rows(), 0);
    let made = browser.submit(&sms, &[("secret", ""), ("confirm", PASSWORD)]).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let secret = super::pages::secret(&made.body);
    assert!(secret.starts_with("v1,whsec_") && secret.len() > 40, "{secret}");
    let shown = browser.get(&page).await;
    assert!(!shown.body.contains(&secret), "{}", shown.body);
    let hint = |secret: &str| format!("<code>…{}</code>", &secret[secret.len() - 4..]).replace('=', "&#61;");
    let has = |body: &str, secret: &str| {
        body.contains(&hint(secret)) || body.contains(&hint(secret).replace("&#61;", "="))
    };
    assert!(has(&shown.body, &secret), "{}", shown.body);

    let given = [("secret", SECRET), ("confirm", PASSWORD)];
    assert_eq!(leads(&browser.submit(&sms, &given).await), format!("{page}?done=hook"));
    let shown = browser.get(&page).await;
    assert!(has(&shown.body, SECRET) && !has(&shown.body, &secret) && !shown.body.contains(SECRET));
    for (end, secret) in [("supabase-sms", "whsec_short"), ("zitadel", ""), ("zitadel", "short")] {
        let wrong = [("secret", secret), ("confirm", PASSWORD)];
        let refused = browser.submit(&own(&tenant, &format!("/hooks/{end}")), &wrong).await;
        assert_eq!(refused.status, 422, "{end} {secret}: {}", refused.body);
    }
    for unknown in ["kratos", "nothing"] {
        let refused = browser.submit(&own(&tenant, &format!("/hooks/{unknown}")), &given).await;
        assert_eq!(refused.status, 404, "{unknown}: {}", refused.body);
    }
    assert_eq!(rows(), 1);
    let foreign = own(&other, "/hooks/supabase-sms/delete");
    assert_eq!(browser.submit(&foreign, &[("confirm", PASSWORD)]).await.status, 404);
    let delete = own(&tenant, "/hooks/supabase-sms/delete");
    shows(&browser.submit(&delete, &[("confirm", "not it")]).await, 403, "That was not right.");
    assert_eq!(rows(), 1);
    let there = leads(&browser.submit(&delete, &[("confirm", PASSWORD)]).await);
    assert_eq!((there, rows()), (format!("{page}?done=hook_deleted"), 0));
}

#[tokio::test]
async fn a_tenant_sets_its_own_with_its_key() {
    let app = start().await;
    let tenant = app.tenant().await;
    let mut browser = signed_in(&app, &tenant).await;
    let set = [("secret", "a-signing-key-of-zitadel"), ("confirm", tenant.key.as_str())];
    leads(&browser.submit(&own(&tenant, "/hooks/zitadel"), &set).await);
    let api = app.api.bearing(&tenant.key).get("/v1/tenant/hooks/zitadel").await;
    assert_eq!((api.status, api.json()["hint"].as_str()), (200, Some("adel")));
}
