//! Servers made from the providers' own descriptions.

use serde_json::{Value, json};

use super::Sending;
use crate::support::lab::need;
use crate::support::prism::Prism;

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const MOBILE: &str = "+4915123456789";

#[track_caller]
fn is_sent(minted: &Value) {
    assert_eq!(minted["delivery"]["status"], "sent", "{minted}");
}

#[test]
fn requests_are_as_twilio_describes_them() {
    let Some(twilio) = need(Prism::start("twilio_messages.json")) else { return };
    let sending = Sending::over(&json!({
        "transport": "twilio", "secret": "hunter22-hunter22",
        "settings": {
            "account_sid": ACCOUNT, "api_key_sid": format!("SK{}", "a".repeat(32)), "base_url": twilio.url(),
            "from": "+15550100123",
            "whatsapp": { "from": "+15550100", "content_sid": format!("HX{}", "b".repeat(32)) },
        },
    }));
    is_sent(&sending.mint(MOBILE, "sms"));
    is_sent(&sending.mint(MOBILE, "whatsapp"));
    let routes = sending.call("GET", "/v1/tenant/routes", &json!({})).json();
    let path = format!("/v1/tenant/routes/{}/test", routes["data"][1]["id"].as_str().unwrap());
    let check = sending.call("POST", &path, &json!({ "to": MOBILE })).json();
    assert_eq!((&check["ok"], &check["steps"][3]["step"]), (&json!(true), &json!("message")), "{check}");
}

#[test]
fn requests_are_as_meta_describes_them() {
    let Some(meta) = need(Prism::start("whatsapp_messages.json")) else { return };
    let sending = Sending::over(&json!({
        "transport": "whatsapp_cloud", "secret": "EAAG",
        "settings": {
            "phone_number_id": "106540352242922", "template": "otp", "languages": ["en_US", "de"],
            "base_url": meta.url(),
        },
    }));
    is_sent(&sending.mint(MOBILE, "whatsapp"));
}
