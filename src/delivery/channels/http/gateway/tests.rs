//! Requests of gateways: each preset by its documentation, and descriptions with odd texts.

use std::time::Duration;

use super::super::samples::{NASTY, message};
use super::*;

fn settings(json: &str) -> HttpSettings {
    let settings: HttpSettings = serde_json::from_str(json).unwrap();
    settings.check().unwrap();
    settings
}

fn sent(json: &str, text: &str) -> ProviderRequest {
    request(&settings(json), &"s3cret".to_owned().into(), &message(Said::Text(text))).unwrap()
}

/// The login `acme:s3cret`.
const BASIC: Option<&str> = Some("Basic YWNtZTpzM2NyZXQ=");

#[test]
fn json_presets_make_the_documented_requests() {
    let callback = "https://otp.example.com/callbacks/x";
    let infobip = json!({ "messages": [{
        "sender": "Acme", "destinations": [{ "to": "4915112345678", "messageId": "m1" }],
        "content": { "text": "Hi" },
        "options": { "validityPeriod": { "amount": 299, "timeUnit": "SECONDS" } },
        "webhooks": { "delivery": { "url": callback } },
    }] });
    let messagebird = json!({ "recipients": ["4915112345678"], "originator": "Acme", "body": "Hi",
        "datacoding": "auto", "validity": 299, "reference": "m1", "reportUrl": callback });
    let plivo = json!({ "src": "Acme", "dst": "4915112345678", "text": "Hi", "type": "sms", "url": callback,
        "method": "POST", "message_expiry": 299 });
    let sinch = json!({ "from": "Acme", "to": ["4915112345678"], "body": "Hi", "client_reference": "m1",
        "delivery_report": "per_recipient", "expire_at": "2026-11-22T20:05:00Z", "callback_url": callback });
    let telnyx = json!({ "from": "Acme", "to": "+4915112345678", "text": "Hi", "webhook_url": callback });
    for (settings, url, login, body) in [
        (
            r#""infobip","base_url":"https://x1.api.infobip.com""#,
            "https://x1.api.infobip.com/sms/3/messages",
            Some("App s3cret"),
            infobip,
        ),
        (r#""messagebird""#, "https://rest.messagebird.com/messages", Some("AccessKey s3cret"), messagebird),
        (r#""plivo","account":"acme""#, "https://api.plivo.com/v1/Account/acme/Message/", BASIC, plivo),
        (
            r#""sinch","account":"acme","region":"eu""#,
            "https://eu.sms.api.sinch.com/xms/v1/acme/batches",
            Some("Bearer s3cret"),
            sinch,
        ),
        (r#""telnyx""#, "https://api.telnyx.com/v2/messages", Some("Bearer s3cret"), telnyx),
    ] {
        let request = sent(&format!(r#"{{"preset":{settings},"from":"Acme"}}"#), "Hi");
        let header = request.headers.iter().map(|(_, value)| value.as_str()).next();
        assert_eq!((request.url.as_str(), header), (url, login));
        assert_eq!(request.value(), body, "{url}");
    }
}

#[test]
fn vonage_gets_a_form_and_kannel_a_query() {
    let vonage = sent(r#"{"preset":"vonage","account":"acme","from":"+15550100"}"#, "Hi");
    assert_eq!(
        (vonage.url.as_str(), vonage.header("authorization")),
        ("https://rest.nexmo.com/sms/json", BASIC)
    );
    for (name, value) in [
        ("to", "4915112345678"),
        ("from", "15550100"),
        ("text", "Hi"),
        ("ttl", "299000"),
        ("type", "text"),
        ("client-ref", "m1"),
        ("callback", "https://otp.example.com/callbacks/x"),
    ] {
        assert_eq!(vonage.field(name).as_deref(), Some(value), "{name}");
    }
    let unicode = sent(r#"{"preset":"vonage","account":"acme","from":"Acme"}"#, "Код");
    assert_eq!(unicode.field("type").as_deref(), Some("unicode"));
    let kannel = r#"{"preset":"kannel","account":"acme","base_url":"http://kannel:13013","from":"Acme"}"#;
    let kannel = sent(kannel, "Hi");
    assert!(kannel.body.is_none() && kannel.headers.is_empty());
    let (url, query) = kannel.url.split_once('?').unwrap();
    assert_eq!(url, "http://kannel:13013/cgi-bin/sendsms");
    let fields: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    for (name, value) in [
        ("username", "acme"),
        ("password", "s3cret"),
        ("to", "+4915112345678"),
        ("from", "Acme"),
        ("text", "Hi"),
        ("charset", "UTF-8"),
        ("coding", "0"),
        ("validity", "4"),
        ("dlr-mask", "31"),
    ] {
        assert!(fields.contains(&(name.to_owned(), value.to_owned())), "{name} {fields:?}");
    }
    assert!(!format!("{kannel:?}").contains("s3cret"));
}

#[test]
fn nothing_breaks_out_of_its_field() {
    let own = |method: &str, body: &str, slash: &str| {
        format!(
            r#"{{"gateway":{{"url":"https://sms.example.com/send?a=b","method":"{method}","body":"{body}",
            "fields":{{"to":"{slash}to","text":"{slash}text","code":"{slash}code"}},"success":{{"pointer":"/ok"}}}}}}"#
        )
    };
    let form = sent(&own("post", "form", ""), NASTY);
    assert_eq!((form.fields().len(), form.field("text").as_deref()), (3, Some(NASTY)));
    let body = sent(&own("post", "json", "/"), NASTY).value();
    assert_eq!(body, json!({ "to": "+4915112345678", "text": NASTY, "code": "123456" }));
    for method in ["get", "post"] {
        let query = sent(&own(method, "query", ""), NASTY);
        assert_eq!(query.body.is_some(), method == "post");
        let read = url::Url::parse(&query.url).unwrap();
        let pairs: Vec<_> = read.query_pairs().into_owned().collect();
        assert_eq!((read.host_str(), read.path(), pairs.len()), (Some("sms.example.com"), "/send", 4));
        assert!(pairs.contains(&("text".to_owned(), NASTY.to_owned())));
    }
}

#[test]
fn a_message_that_would_come_too_late_is_not_sent() {
    let vonage = settings(r#"{"preset":"vonage","account":"acme","from":"Acme"}"#);
    let kannel = settings(r#"{"preset":"kannel","account":"acme","base_url":"https://kannel.example"}"#);
    for (settings, left) in [(vonage, 19), (kannel, 59)] {
        let late = ProviderMessage { left: Duration::from_secs(left), ..message(Said::Text("Hi")) };
        assert_eq!(request(&settings, &"s".to_owned().into(), &late).err(), Some(Unfit::TooLate));
        let just = ProviderMessage { left: Duration::from_secs(left + 1), ..late };
        assert!(request(&settings, &"s".to_owned().into(), &just).is_ok());
    }
}
