//! Twilio, by the examples of its documentation.

use super::super::message::ProviderMessage;
use super::super::samples::{NASTY, answer, message};
use super::*;
use crate::domain::deliveries::delivery::DeliveryError;

const AC: &str = "AC0123456789abcdef0123456789abcdef";

fn settings(rest: &str) -> TwilioSettings {
    let settings: TwilioSettings =
        serde_json::from_str(&format!(r#"{{"account_sid":"{AC}"{rest}}}"#)).unwrap();
    settings.check().unwrap();
    settings
}

fn sent(settings: &TwilioSettings, message: &ProviderMessage<'_>) -> Result<ProviderRequest, Unfit> {
    request(settings, &"hunter2".to_owned().into(), message)
}

#[test]
fn a_text_is_a_form_with_its_validity() {
    let settings = settings(r#","from":{"default":"Acme","49":"+4930123456"}"#);
    let request = sent(&settings, &message(Said::Text("Your code is 123456"))).unwrap();
    assert_eq!(*request.url, format!("https://api.twilio.com/2010-04-01/Accounts/{AC}/Messages.json"));
    let login = "QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjpodW50ZXIy";
    assert_eq!(request.header("authorization"), Some(format!("Basic {login}").as_str()));
    let fields = request.fields();
    let expected = [
        ("To", "+4915112345678"),
        ("From", "+4930123456"),
        ("Body", "Your code is 123456"),
        ("ValidityPeriod", "299"),
        ("StatusCallback", "https://otp.example.com/callbacks/x"),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_messaging_service_and_an_api_key_take_the_places_of_sender_and_account() {
    let (key, service) = (format!("SK{}", "a".repeat(32)), format!("MG{}", "b".repeat(32)));
    let settings = settings(&format!(r#","api_key_sid":"{key}","messaging_service_sid":"{service}""#));
    let request = sent(&settings, &message(Said::Text("x"))).unwrap();
    assert_eq!(request.field("MessagingServiceSid"), Some(service));
    assert_eq!(request.field("From"), None);
    let encoded = request.header("authorization").unwrap().strip_prefix("Basic ").unwrap().to_owned();
    use base64::Engine as _;
    let login = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
    assert_eq!(String::from_utf8(login).unwrap(), format!("{key}:hunter2"));
}

#[test]
fn a_call_says_its_sentences_and_a_template_gets_the_code() {
    let content = format!("HX{}", "c".repeat(32));
    let rest =
        format!(r#","voice_from":"+15550100","whatsapp":{{"from":"+15550101","content_sid":"{content}"}}"#);
    let settings = settings(&rest);
    let sentences = ["Code 1, 2.".to_owned()];
    let call = sent(&settings, &message(Said::Call { sentences: &sentences, language: "de-DE" })).unwrap();
    assert!(call.url.ends_with("/Calls.json"));
    assert_eq!(call.field("From").as_deref(), Some("+15550100"));
    assert_eq!(call.field("Twiml").unwrap().matches("<Say language=\"de-DE\">Code 1, 2.</Say>").count(), 1);
    let chat = sent(&settings, &message(Said::Code(CodeMedium::Whatsapp))).unwrap();
    assert_eq!(chat.field("To").as_deref(), Some("whatsapp:+4915112345678"));
    assert_eq!(chat.field("From").as_deref(), Some("whatsapp:+15550101"));
    assert_eq!(chat.field("ContentVariables").as_deref(), Some(r#"{"1":"123456"}"#));
    assert_eq!(chat.field("ContentSid"), Some(content));
}

#[test]
fn nothing_breaks_out_of_its_field() {
    let settings = settings(r#","from":"Acme","voice_from":"+15550100""#);
    let text = sent(&settings, &message(Said::Text(NASTY))).unwrap();
    assert_eq!((text.fields().len(), text.field("Body").as_deref()), (5, Some(NASTY)));
    let sentences = [NASTY.to_owned()];
    let call = sent(&settings, &message(Said::Call { sentences: &sentences, language: "en" })).unwrap();
    assert_eq!(call.fields().len(), 6);
    let twiml = call.field("Twiml").unwrap();
    assert_eq!(
        roxmltree::Document::parse(&twiml).unwrap().descendants().filter(|n| n.has_tag_name("Say")).count(),
        1
    );
}

#[test]
fn what_the_account_is_not_set_up_for_or_comes_too_late_is_not_sent() {
    let (texts, calls) = (settings(r#","from":"Acme""#), settings(r#","voice_from":"+15550100""#));
    let sentences = ["x".to_owned()];
    for (settings, said) in [
        (&calls, Said::Text("x")),
        (&texts, Said::Call { sentences: &sentences, language: "en" }),
        (&texts, Said::Code(CodeMedium::Whatsapp)),
        (&texts, Said::Code(CodeMedium::Telegram)),
    ] {
        assert_eq!(sent(settings, &message(said)).err(), Some(Unfit::Medium));
    }
    let late = ProviderMessage { left: std::time::Duration::from_millis(900), ..message(Said::Text("x")) };
    assert_eq!(sent(&texts, &late).err(), Some(Unfit::TooLate));
}

#[test]
fn only_a_positive_word_is_an_acceptance() {
    let accepted = |id: &str| Judgement::Accepted { id: Some(id.to_owned()) };
    let next = Judgement::NextRoute;
    let refused = Judgement::Refused;
    for (status, body, judgement, code) in [
        (201, r#"{"sid":"SM1","status":"queued","error_code":null}"#, accepted("SM1"), None),
        (201, r#"{"sid":"CA1","status":"queued"}"#, accepted("CA1"), None),
        (201, r#"{"sid":"SM1","status":"failed","error_code":30034}"#, Judgement::SENDER, Some(30_034)),
        (201, r#"{"sid":"SM1","status":"failed"}"#, Judgement::MESSAGE, None),
        (
            201,
            r#"{"sid":"SM1","status":"undelivered","error_code":"30005"}"#,
            Judgement::RECIPIENT,
            Some(30_005),
        ),
        (200, r#"{"code":20003,"message":"x","status":401}"#, Judgement::LOGIN, Some(20_003)),
        (201, r#"{"sid":"SM1"}"#, Judgement::Unknown, None),
        (201, r#"{"status":"queued"}"#, Judgement::Unknown, None),
        (201, r#"{"sid":"SM1","status":"que"#, Judgement::Unknown, None),
        (201, r#"{"sid":"SM1","status":"failed","status":"queued"}"#, Judgement::Unknown, None),
        (200, "<html>ok</html>", Judgement::Unknown, None),
        (200, "", Judgement::Unknown, None),
        (201, "\u{1f}\u{8b}", Judgement::Unknown, None),
        (401, r#"{"code":20003,"message":"Authenticate","status":401}"#, Judgement::LOGIN, Some(20_003)),
        (429, r#"{"code":20429}"#, Judgement::Retry { after: None }, Some(20_429)),
        (
            400,
            r#"{"code":21211,"message":"Invalid 'To'"}"#,
            refused(DeliveryError::RecipientRefused),
            Some(21_211),
        ),
        (400, r#"{"code":21606}"#, next(DeliveryError::SenderRefused), Some(21_606)),
        (400, r#"{"code":21610}"#, Judgement::RECIPIENT, Some(21_610)),
        (400, r#"{"code":99999}"#, Judgement::MESSAGE, Some(99_999)),
        (403, "no", Judgement::LOGIN, None),
        (503, "no", Judgement::Retry { after: None }, None),
        (504, "no", Judgement::Unknown, None),
        (302, "", next(DeliveryError::ProtocolViolated), None),
    ] {
        assert_eq!(judge(&answer(status, body)), judgement.with(code), "{status} {body}");
    }
}

#[test]
fn a_login_is_proved_by_the_account_alone() {
    let settings = settings(r#","from":"Acme""#);
    let request = login(&settings, &"hunter2".to_owned().into());
    assert_eq!(*request.url, format!("https://api.twilio.com/2010-04-01/Accounts/{AC}.json"));
    assert!(request.body.is_none());
    assert!(judge_login(&settings, &answer(200, &format!(r#"{{"sid":"{AC}"}}"#))));
    for (status, body) in [(200, "{}"), (200, "<html>"), (401, r#"{"sid":"AC"}"#)] {
        assert!(!judge_login(&settings, &answer(status, body)), "{status} {body}");
    }
}
