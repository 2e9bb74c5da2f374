//! WhatsApp Cloud API, by the examples of its documentation.

use super::super::message::ProviderMessage;
use super::super::samples::{NASTY, answer, message};
use super::*;
use crate::domain::locale::Locale;

fn settings() -> WhatsappCloudSettings {
    let json = r#"{"phone_number_id":"106540352242922","template":"otp","languages":["en_US","de"]}"#;
    serde_json::from_str(json).unwrap()
}

fn sent(message: &ProviderMessage<'_>) -> Result<ProviderRequest, Unfit> {
    request(&settings(), &"EAAG".to_owned().into(), message)
}

#[test]
fn the_code_is_in_body_and_button_of_the_template() {
    let german = Locale::parse("de-AT");
    let message = ProviderMessage { locale: german.as_ref(), ..message(Said::Code(CodeMedium::Whatsapp)) };
    let request = sent(&message).unwrap();
    assert_eq!(*request.url, "https://graph.facebook.com/v23.0/106540352242922/messages");
    assert_eq!(request.header("authorization"), Some("Bearer EAAG"));
    let documented = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "4915112345678", "type": "template",
        "template": { "name": "otp", "language": { "code": "de" }, "components": [
            { "type": "body", "parameters": [{ "type": "text", "text": "123456" }] },
            { "type": "button", "sub_type": "url", "index": "0",
              "parameters": [{ "type": "text", "text": "123456" }] },
        ] },
    });
    assert_eq!(request.value(), documented);
}

#[test]
fn other_media_and_longer_codes_are_not_sent() {
    assert_eq!(sent(&message(Said::Text("x"))).err(), Some(Unfit::Medium));
    let long = ProviderMessage { code: NASTY, ..message(Said::Code(CodeMedium::Whatsapp)) };
    assert_eq!(sent(&long).err(), Some(Unfit::Code));
    let odd = ProviderMessage { code: "\"}]\n{{1}}%\0", ..message(Said::Code(CodeMedium::Whatsapp)) };
    let body = sent(&odd).unwrap().value();
    assert_eq!(body.pointer("/template/components/0/parameters/0/text"), Some(&json!("\"}]\n{{1}}%\0")));
}

#[test]
fn only_an_id_that_is_accepted_is_an_acceptance() {
    let accepted = || Judgement::Accepted { id: Some("wamid.HBgL".to_owned()) };
    let contacts = r#""messaging_product":"whatsapp","contacts":[{"input":"1","wa_id":"1"}]"#;
    let sent = |message: &str| format!("{{{contacts},\"messages\":[{message}]}}");
    let error = |code: u32| format!(r#"{{"error":{{"message":"x","type":"OAuthException","code":{code}}}}}"#);
    for (status, body, judgement, code) in [
        (200, sent(r#"{"id":"wamid.HBgL","message_status":"accepted"}"#), accepted(), None),
        (200, sent(r#"{"id":"wamid.HBgL"}"#), accepted(), None),
        (200, sent(r#"{"id":"wamid.HBgL","message_status":"paused"}"#), Judgement::SENDER, None),
        (200, sent(r#"{"id":"wamid.HBgL","message_status":7}"#), Judgement::Unknown, None),
        (200, sent(r#"{"id":""}"#), Judgement::Unknown, None),
        (200, "{}".to_owned(), Judgement::Unknown, None),
        (200, "<html>".to_owned(), Judgement::Unknown, None),
        (200, error(131_026), Judgement::RECIPIENT, Some(131_026)),
        (200, error(999_999), Judgement::MESSAGE, Some(999_999)),
        (401, error(190), Judgement::LOGIN, Some(190)),
        (403, error(200), Judgement::LOGIN, Some(200)),
        (400, error(131_056), Judgement::Retry { after: None }, Some(131_056)),
        (404, error(132_001), Judgement::SENDER, Some(132_001)),
        (400, error(131_047), Judgement::RECIPIENT, Some(131_047)),
        (500, error(131_000), Judgement::Retry { after: None }, Some(131_000)),
        (503, String::new(), Judgement::Retry { after: None }, None),
    ] {
        assert_eq!(judge(&answer(status, &body)), judgement.with(code), "{status} {body}");
    }
}

#[test]
fn the_token_is_proved_by_the_number() {
    let request = login(&settings(), &"EAAG".to_owned().into());
    assert_eq!(*request.url, "https://graph.facebook.com/v23.0/106540352242922?fields=id");
    assert!(judge_login(&settings(), &answer(200, r#"{"id":"106540352242922"}"#)));
    assert!(!judge_login(&settings(), &answer(200, r#"{"id":"2"}"#)));
    assert!(!judge_login(&settings(), &answer(401, r#"{"error":{"code":190}}"#)));
}
