//! Routes through providers, as a person looks after them.

use std::fs::OpenOptions;
use std::io::Write as _;

use otpmint::domain::network::PortRule;

use super::pages::of;
use super::{Browser, PASSWORD, leads, shows, start_with};
use crate::delivery::providers::server::{Provider, Reply};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const SECRET: &str = "hunter22-hunter22";

#[tokio::test]
async fn a_route_is_added_tried_changed_and_deleted() {
    let provider = Provider::start([Reply::Json(200, format!(r#"{{"sid":"{ACCOUNT}"}}"#))]).await;
    let app = start_with(|settings| {
        settings.outbound.webhook_ports = PortRule::Any;
        let mut file = OpenOptions::new().append(true).open(&settings.outbound.ca_file).expect("the file");
        file.write_all(provider.ca_pem.as_bytes()).expect("written");
    })
    .await;
    let mut browser = Browser::set_up(&app).await;
    let tenant = app.tenant().await;
    let path = of(&tenant, "/providers");
    shows(&browser.get(&path).await, 200, "There is no route for text messages");
    let settings = |base: &str| format!(r#"{{"account_sid":"{ACCOUNT}","from":"Acme","base_url":"{base}"}}"#);
    let here = settings(&format!("https://localhost:{}", provider.port));
    let add = [("transport", "twilio"), ("name", "<b>texts</b>"), ("settings", &here), ("secret", SECRET)];
    for (field, wrong, said) in [
        ("transport", "pigeon", "one of the transports"),
        ("settings", "{", "one JSON object"),
        ("settings", r#"{"account_sid":"AC1","from":"Acme"}"#, "32 hexadecimal digits"),
        ("secret", "", "a new route needs its secret"),
    ] {
        let fields: Vec<_> =
            add.map(|(name, value)| (name, if name == field { wrong } else { value })).into();
        shows(&browser.submit(&path, &fields).await, 422, said);
    }
    assert_eq!(leads(&browser.submit(&path, &add).await), format!("{path}?done=route"));
    let page = browser.get(&path).await.body;
    assert!(page.contains(ACCOUNT) && !page.contains(SECRET) && !page.contains("<b>texts"), "{page}");
    let id = page.split("id=\"h-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    shows(&browser.submit(&format!("{path}/{id}/test"), &[]).await, 200, "The account works");
    let elsewhere = settings("https://evil.example");
    let change =
        |settings| [("id", id.as_str()), ("transport", "twilio"), ("name", "spare"), ("settings", settings)];
    shows(&browser.submit(&path, &change(&elsewhere)).await, 422, "the secret is needed again");
    assert_eq!(leads(&browser.submit(&path, &change(&here)).await), format!("{path}?done=route"));
    let delete = format!("{path}/{id}/delete");
    shows(&browser.submit(&delete, &[("confirm", "wrong")]).await, 403, "That was not right.");
    let gone = leads(&browser.submit(&delete, &[("confirm", PASSWORD)]).await);
    assert_eq!(gone, format!("{path}?done=route_deleted"));
    assert!(!browser.get(&path).await.body.contains(&id));
}
