//! Routes through message centres: added, used, checked, and refused with their place.

use otpmint::domain::network::PortRule;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Backend, assert_problem};
use crate::api::harness::{Api, Tenant, TestApp};
use crate::delivery::smpp::centre::{Centre, accepting};

const ROUTES: &str = "/v1/tenant/routes";
const MOBILE: &str = "+4915123456789";

/// A server that lets tenants use local message centres without TLS, with a tenant that sends to Germany.
async fn world() -> (TestApp, Tenant, Api) {
    let app = TestApp::with(|settings| {
        settings.outbound.smpp_ports = PortRule::Any;
        settings.outbound.plaintext_hosts = vec!["localhost".to_owned()];
    })
    .await;
    let tenant = app.tenant().await;
    let api = app.api.bearing(&tenant.key);
    let phone = json!({ "phone": { "countries": ["DE"] } }).to_string().into_bytes();
    assert_eq!(api.send(Method::PATCH, "/v1/tenant", phone).await.status, 200);
    (app, tenant, api)
}

fn route(centre: &Centre) -> Value {
    json!({
        "transport": "smpp", "name": "texts", "secret": "hunter22",
        "settings": {
            "host": "localhost", "port": centre.port, "tls": "none", "system_id": "acme", "from": "Acme",
        },
    })
}

#[tokio::test]
async fn a_code_reaches_a_phone_through_a_message_centre_and_is_verified() {
    let centre = Centre::start(accepting()).await;
    let (app, tenant, api) = world().await;
    let added = api.post(ROUTES, &route(&centre)).await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert!(!added.body.contains("hunter22"), "{}", added.body);
    let added = added.json();
    assert_eq!((&added["channels"], &added["settings"]["window"]), (&json!(["sms"]), &json!(10)));
    assert!(added["id"].as_str().unwrap().starts_with("smpp_"));
    let backend = Backend::of(&app, &tenant).waiting();
    let minted = backend.mint(&json!({ "to": MOBILE })).await.json();
    assert_eq!(minted["delivery"]["status"], "sent", "{minted}");
    let text = String::from_utf8(centre.heard().submits[0].text.clone()).unwrap();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap();
    let verified = backend.verify(minted["key"].as_str().unwrap(), code).await;
    assert_eq!(verified.status, 200, "{}", verified.body);
}

#[tokio::test]
async fn a_message_centre_is_checked_step_by_step_up_to_a_test_message() {
    let centre = Centre::start(accepting()).await;
    let (_app, _, api) = world().await;
    let added = api.post(ROUTES, &route(&centre)).await.json();
    let path = format!("{ROUTES}/{}/test", added["id"].as_str().unwrap());
    let tested = api.post(&path, &json!({ "to": MOBILE })).await;
    let steps: Vec<_> =
        tested.json()["steps"].as_array().unwrap().iter().map(|step| step["step"].clone()).collect();
    assert_eq!(steps, ["resolve", "connect", "login", "message"], "{}", tested.body);
    assert_eq!(tested.json()["ok"], true, "{}", tested.body);
    assert_eq!(centre.submits(), 1);
}

#[tokio::test]
async fn what_cannot_be_a_message_centre_is_refused_with_its_place_and_changes_nothing() {
    let centre = Centre::start(accepting()).await;
    let (_app, _, api) = world().await;
    let before = api.get(ROUTES).await.body;
    for (pointer, value) in [
        ("/settings/host", json!("10.0.0.1")),
        ("/settings/host", json!("SMPP.example.com")),
        ("/settings/port", json!(0)),
        ("/settings/port", json!(70_000)),
        ("/settings/tls", json!("starttls")),
        ("/settings/system_id", json!("sixteen-letters-")),
        ("/settings/system_type", json!("a b")),
        ("/settings/bind", json!("both")),
        ("/settings/window", json!(101)),
        ("/settings/from", json!("NameThatIsTooLong")),
        ("/settings/default_alphabet", json!("ascii")),
        ("/settings/extra", json!(1)),
        ("/secret", json!("two\r\nlines")),
    ] {
        let mut changed = route(&centre);
        let (place, name) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(place).unwrap()[name] = value;
        let problem = assert_problem(&api.post(ROUTES, &changed).await, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    // Without TLS only where the operator allows it.
    let mut elsewhere = route(&centre);
    elsewhere["settings"]["host"] = json!("smpp.example.com");
    let problem = assert_problem(&api.post(ROUTES, &elsewhere).await, 422, "invalid_field");
    assert_eq!(problem["errors"][0]["pointer"], "/settings/tls", "{problem}");
    assert_eq!(api.get(ROUTES).await.body, before);
    assert_eq!(centre.heard().connections, 0);
}

#[tokio::test]
async fn a_password_cannot_be_led_elsewhere_nor_into_clear_text() {
    let (centre, other) = (Centre::start(accepting()).await, Centre::start(accepting()).await);
    let (_app, _, api) = world().await;
    let added = api.post(ROUTES, &route(&centre)).await.json();
    let path = format!("{ROUTES}/{}", added["id"].as_str().unwrap());
    let mut kept = route(&centre);
    kept.as_object_mut().unwrap().remove("secret");
    for (name, value) in
        [("port", json!(other.port)), ("tls", json!("implicit")), ("system_id", json!("other"))]
    {
        let mut changed = kept.clone();
        changed["settings"][name] = value;
        let answer = api.send(Method::PUT, &path, changed.to_string().into_bytes()).await;
        let problem = assert_problem(&answer, 422, "invalid_field");
        assert_eq!(problem["errors"][0]["pointer"], "/secret", "{name}: {problem}");
    }
    kept["settings"]["window"] = json!(3);
    let answer = api.send(Method::PUT, &path, kept.to_string().into_bytes()).await;
    assert_eq!((answer.status, &answer.json()["settings"]["window"]), (200, &json!(3)));
}
