//! Telegram Gateway, by the examples of its documentation.

use super::super::message::ProviderMessage;
use super::super::samples::{answer, message};
use super::*;

fn settings() -> TelegramGatewaySettings {
    TelegramGatewaySettings { sender_username: Some("acme_codes".to_owned()), base_url: None }
}

fn sent(message: &ProviderMessage<'_>) -> Result<ProviderRequest, Unfit> {
    request(&settings(), &"AAE".to_owned().into(), message)
}

#[test]
fn a_code_is_sent_with_its_time_to_live() {
    let request = sent(&message(Said::Code(CodeMedium::Telegram))).unwrap();
    assert_eq!(*request.url, "https://gatewayapi.telegram.org/sendVerificationMessage");
    assert_eq!(request.header("authorization"), Some("Bearer AAE"));
    let documented = json!({
        "phone_number": "+4915112345678", "code": "123456", "ttl": 299, "payload": "m1",
        "sender_username": "acme_codes", "callback_url": "https://otp.example.com/callbacks/x",
    });
    assert_eq!(request.value(), documented);
}

#[test]
fn codes_that_telegram_does_not_take_are_not_sent() {
    let chat = message(Said::Code(CodeMedium::Telegram));
    for code in ["123", "123456789", "12a456", "１２３４", "1234\n"] {
        assert_eq!(sent(&ProviderMessage { code, ..chat }).err(), Some(Unfit::Code), "{code:?}");
    }
    let late = ProviderMessage { left: Duration::from_secs(29), ..chat };
    assert_eq!(sent(&late).err(), Some(Unfit::TooLate));
    assert_eq!(sent(&message(Said::Text("x"))).err(), Some(Unfit::Medium));
}

#[test]
fn only_ok_with_an_id_is_an_acceptance() {
    let next = Judgement::NextRoute;
    for (status, body, judgement) in [
        (
            200,
            r#"{"ok":true,"result":{"request_id":"1234","phone_number":"1","request_cost":0.01}}"#,
            Judgement::Accepted { id: Some("1234".to_owned()) },
        ),
        (200, r#"{"ok":true,"result":{}}"#, Judgement::Unknown),
        (200, r#"{"ok":"true","result":{"request_id":"1"}}"#, Judgement::Unknown),
        (500, r#"{"ok":true,"result":{"request_id":"1"}}"#, Judgement::Retry { after: None }),
        (200, r#"{"ok":false,"error":"ACCESS_TOKEN_INVALID"}"#, Judgement::LOGIN),
        (200, r#"{"ok":false,"error":"BALANCE_NOT_ENOUGH"}"#, next(DeliveryError::ServerUnavailable)),
        (400, r#"{"ok":false,"error":"PHONE_NUMBER_INVALID"}"#, Judgement::RECIPIENT),
        (
            200,
            r#"{"ok":false,"error":"FLOOD_WAIT_12"}"#,
            Judgement::Retry { after: Some(Duration::from_secs(12)) },
        ),
        (200, r#"{"ok":false,"error":"SOMETHING_NEW"}"#, next(DeliveryError::MessageRefused)),
        (401, r#"{"ok":false,"error":"SOMETHING_NEW"}"#, Judgement::LOGIN),
        (200, "<html>", Judgement::Unknown),
    ] {
        assert_eq!(judge(&answer(status, body)), judgement.into(), "{status} {body}");
    }
}

#[test]
fn the_token_is_proved_by_a_complaint_about_the_message() {
    assert!(login(&settings(), &"AAE".to_owned().into()).url.ends_with("/checkVerificationStatus"));
    assert!(judge_login(&answer(200, r#"{"ok":false,"error":"REQUEST_ID_INVALID"}"#)));
    for body in [r#"{"ok":false,"error":"ACCESS_TOKEN_INVALID"}"#, r#"{"ok":false}"#, "{}", "<html>"] {
        assert!(!judge_login(&answer(200, body)), "{body}");
    }
}
