//! Routes to phones, as a person looks after them.

use std::fs::OpenOptions;
use std::io::Write as _;

use otpmint::domain::network::PortRule;
use serde_json::json;

use super::pages::of;
use super::{Browser, PASSWORD, filled_in, leads, pairs, shows, start_with};
use crate::api::harness::{Tenant, TestApp};
use crate::delivery::providers::server::{Provider, Reply};
use crate::delivery::smpp::centre::{Centre, accepting};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const SECRET: &str = "hunter22-hunter22";
const MOBILE: &str = "+4915123456789";

/// The id of the route in the list that comes after `nth` others.
#[track_caller]
fn id(page: &str, nth: usize) -> String {
    page.split("id=\"h-").nth(nth + 1).expect("a route").split('"').next().unwrap().to_owned()
}

/// The error beside a field.
fn beside(page: &str, field: &str) -> String {
    let (_, rest) =
        page.split_once(&format!("id=\"{field}-error\"")).unwrap_or_else(|| panic!("{field}: {page}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}

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
    shows(&browser.get(&path).await, 200, "No routes for text messages");
    let new = format!("{path}/new");
    shows(&browser.get(&format!("{new}?provider=twilio")).await, 200, "Account SID");
    shows(&browser.get(&format!("{new}?provider=pigeon")).await, 404, "There is no such page.");
    let here = format!("https://localhost:{}", provider.port);
    let add = [
        ("provider", "twilio"),
        ("name", "<b>texts</b>"),
        ("/settings/account_sid", ACCOUNT),
        ("/settings/from", "Acme"),
        ("/settings/base_url", here.as_str()),
        ("/secret", SECRET),
    ];
    for (field, wrong, id, said) in [
        ("/settings/account_sid", "AC1", "settings-account-sid", "32 hexadecimal digits"),
        ("/settings/account_sid", "", "settings-account-sid", "32 hexadecimal digits"),
        ("/settings/from", "1: +15550100", "settings-from", "`default`"),
        ("/settings/base_url", "https://10.0.0.1", "settings-base-url", "private or local"),
        ("/secret", "two words", "secret", "without spaces"),
        ("/secret", "", "secret", "a new route needs its secret"),
    ] {
        let fields = add.map(|(name, value)| (name, if name == field { wrong } else { value }));
        let refused = browser.submit(&new, &fields).await;
        shows(&refused, 422, said);
        assert!(beside(&refused.body, id).contains(said), "{said}");
        let shown = filled_in(&refused.body, &new);
        for (name, typed) in fields {
            let value = shown.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            assert_eq!(value, Some(if name == "/secret" { "" } else { typed }), "{name}");
        }
        assert!(!refused.body.contains(SECRET) && !refused.body.contains("two words"));
    }
    assert_eq!(leads(&browser.submit(&new, &add).await), format!("{path}?done=route"));
    let page = browser.get(&path).await.body;
    assert!(page.contains(ACCOUNT) && !page.contains(SECRET) && !page.contains("<b>texts"), "{page}");
    let route = id(&page, 0);
    shows(&browser.submit(&format!("{path}/{route}/test"), &[]).await, 200, "The route works");
    let edit = format!("{path}/{route}");
    let form = browser.get(&edit).await.body;
    assert!(!form.contains(SECRET), "{form}");
    let mut fields = filled_in(&form, &edit);
    let base = fields.iter().position(|(name, _)| name == "/settings/base_url").unwrap();
    fields[base].1 = "https://api.twilio.com".to_owned();
    let moved = browser.submit(&edit, &pairs(&fields)).await;
    assert!(beside(&moved.body, "secret").contains("the secret is needed again"), "{}", moved.body);
    fields[base].1 = here;
    assert_eq!(leads(&browser.submit(&edit, &pairs(&fields)).await), format!("{path}?done=route"));
    let delete = format!("{path}/{route}/delete");
    shows(&browser.submit(&delete, &[("confirm", "wrong")]).await, 403, "That was not right.");
    let gone = leads(&browser.submit(&delete, &[("confirm", PASSWORD)]).await);
    assert_eq!(gone, format!("{path}?done=route_deleted"));
    assert!(!browser.get(&path).await.body.contains(&route));
    shows(&browser.get(&edit).await, 404, "There is no such page.");
}

/// A server whose tenants may use message centres of this machine.
async fn with_centres() -> (TestApp, Tenant, Browser) {
    let app = start_with(|settings| {
        settings.outbound.smpp_ports = PortRule::Any;
        settings.outbound.plaintext_hosts = vec!["localhost".to_owned()];
    })
    .await;
    let tenant = app.tenant().await;
    let browser = Browser::set_up(&app).await;
    (app, tenant, browser)
}

#[tokio::test]
async fn a_message_centre_is_added_and_tried_up_to_a_test_message() {
    let centre = Centre::start(accepting()).await;
    let (app, tenant, mut browser) = with_centres().await;
    let path = of(&tenant, "/providers");
    let port = centre.port.to_string();
    let add = [
        ("provider", "smpp"),
        ("/settings/host", "localhost"),
        ("/settings/port", port.as_str()),
        ("/settings/tls", "none"),
        ("/settings/system_id", "acme"),
        ("/settings/from", "1: +15550100, default: Acme"),
        ("/settings/window", "5"),
        ("/secret", "hunter22"),
    ];
    for (field, wrong, id, said) in [
        ("/settings/port", "many", "settings-port", "must be a whole number from 0 to 65535"),
        ("/settings/port", "", "settings-port", "must be a whole number from 0 to 65535"),
        ("/settings/host", "10.0.0.1", "settings-host", "private or local"),
        ("/settings/window", "0", "settings-window", "1 to 100"),
        ("/settings/tls", "maybe", "settings-tls", "implicit"),
    ] {
        let fields = add.map(|(name, value)| (name, if name == field { wrong } else { value }));
        let refused = browser.submit(&format!("{path}/new"), &fields).await;
        assert!(
            refused.status == 422 && beside(&refused.body, id).contains(said),
            "{field}: {}",
            refused.body
        );
    }
    leads(&browser.submit(&format!("{path}/new"), &add).await);
    let api = app.api.bearing(&tenant.key);
    let routes = api.get("/v1/tenant/routes").await.json();
    let expected = json!({
        "host": "localhost", "port": centre.port, "tls": "none", "system_id": "acme", "bind": "transceiver",
        "from": { "1": "+15550100", "default": "Acme" }, "window": 5, "default_alphabet": "gsm",
    });
    assert_eq!(routes["data"][1]["settings"], expected);
    let countries = [("/phone/countries", "DE")];
    assert_eq!(
        leads(&browser.submit(&of(&tenant, "/phone"), &countries).await),
        of(&tenant, "/phone?done=changed")
    );
    let route = id(&browser.get(&path).await.body, 0);
    let tried = browser.submit(&format!("{path}/{route}/test"), &[("to", MOBILE)]).await;
    shows(&tried, 200, "The route works");
    for step in ["Name of the server", "Connection", "Login", "Test message"] {
        assert!(tried.body.contains(step), "{step}: {}", tried.body);
    }
    assert_eq!(centre.submits(), 1);
    drop(centre);
}

#[tokio::test]
async fn a_route_is_moved_before_another_one_and_stays_behind_the_mail_accounts() {
    let (app, tenant, mut browser) = with_centres().await;
    let path = of(&tenant, "/providers");
    for name in ["first", "second"] {
        let add = [("provider", "telegram_gateway"), ("name", name), ("/secret", "a-token")];
        leads(&browser.submit(&format!("{path}/new"), &add).await);
    }
    let page = browser.get(&path).await.body;
    let (first, second) = (id(&page, 0), id(&page, 1));
    let moved = leads(&browser.submit(&format!("{path}/{second}/up"), &[]).await);
    assert_eq!(moved, format!("{path}?done=route_moved"));
    let routes = app.api.bearing(&tenant.key).get("/v1/tenant/routes").await.json();
    let order: Vec<_> =
        routes["data"].as_array().unwrap().iter().map(|route| route["id"].as_str().unwrap()).collect();
    assert!(order[0].starts_with("smtp_") && order[1..] == [second.as_str(), first.as_str()], "{order:?}");
    shows(&browser.submit(&format!("{path}/{first}x/up"), &[]).await, 404, "");
}
