//! Mail accounts with OAuth, as a person fills in their form.

use crate::api::console::pages::{of, texts};
use crate::api::console::{Browser, PUBLIC, hidden, leads, shows};
use crate::api::harness::SMTP_MAIL;
use crate::api::v1::oauth::Lab;
use crate::issuer::Answer;

const SECRET: &str = "s3cret-of-the-app";

fn fields(lab: &Lab, id: &str, secret: &str) -> Vec<(&'static str, String)> {
    vec![
        ("id", id.to_owned()),
        ("host", "localhost".to_owned()),
        ("port", lab.mail.address().port().to_string()),
        ("username", SMTP_MAIL.to_owned()),
        ("password", String::new()),
        ("from", SMTP_MAIL.to_owned()),
        ("grant", "client_credentials".to_owned()),
        ("provider", String::new()),
        ("directory", String::new()),
        ("token_url", lab.issuer.url.clone()),
        ("scope", "mail".to_owned()),
        ("client", "app-id".to_owned()),
        ("secret", secret.to_owned()),
        ("refresh_token", String::new()),
        ("key_id", String::new()),
    ]
}

#[tokio::test]
async fn an_account_logs_in_with_oauth_and_says_when_it_is_stopped() {
    let lab = Lab::start_with(|settings| settings.server.public_url = PUBLIC.to_owned()).await;
    let mut browser = Browser::set_up(&lab.app).await;
    let accounts = of(&lab.tenant, "/accounts");
    let id = hidden(&browser.get(&accounts).await.body, "id");
    // The password that the account had is no secret of an app.
    let saved = browser.submit(&accounts, &texts(&fields(&lab, &id, ""))).await;
    shows(&saved, 422, "a new login needs it");
    assert_eq!(
        leads(&browser.submit(&accounts, &texts(&fields(&lab, &id, SECRET))).await),
        format!("{accounts}?done=account")
    );
    let page = browser.get(&accounts).await;
    shows(&page, 200, ", OAuth</dd>");
    assert!(page.body.contains(&lab.issuer.url) && !page.body.contains(SECRET), "{}", page.body);
    // What is left empty stays.
    assert_eq!(
        leads(&browser.submit(&accounts, &texts(&fields(&lab, &id, ""))).await),
        format!("{accounts}?done=account")
    );
    lab.issuer.answers([Answer::error("invalid_client"), Answer::error("invalid_client")]);
    assert_eq!(lab.mint().await, "failed");
    shows(&browser.get(&accounts).await, 200, "<code>invalid_client</code>");
    let test = format!("{accounts}/{id}/test");
    shows(&browser.submit(&test, &[]).await, 200, "Access token</strong><br>the app is unknown");
    shows(&browser.submit(&test, &[]).await, 200, "The account works");
    assert!(!browser.get(&accounts).await.body.contains("invalid_client"));
    assert_eq!(lab.mint().await, "sent");
}
