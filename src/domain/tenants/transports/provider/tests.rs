use secrecy::{ExposeSecret as _, SecretString};

use super::*;
use crate::domain::tenants::transports::provider_draft::ProviderDraft;
use crate::domain::tenants::transports::report_proof::{ReportKeyDraft, ReportProof};

fn twilio() -> TwilioSettings {
    let json = r#"{"account_sid":"AC0123456789abcdef0123456789abcdef","from":"Acme"}"#;
    serde_json::from_str(json).unwrap()
}

fn complete(settings: ProviderSettings, secret: Option<&str>) -> Result<ProviderAccount, InvalidRoute> {
    let old = ProviderAccount {
        settings: ProviderSettings::Twilio(twilio()),
        secret: "first".to_owned().into(),
        report_key: None,
    };
    ProviderDraft { settings, secret: secret.map(SecretString::from), report_key: ReportKeyDraft::Keep }
        .complete(Some(&old))
}

#[test]
fn a_secret_is_kept_only_where_it_goes_to_the_same_place_for_the_same_user() {
    let same = TwilioSettings { from: serde_json::from_str("\"Other\"").unwrap(), ..twilio() };
    let kept = complete(ProviderSettings::Twilio(same), None).unwrap();
    assert_eq!(kept.secret.expose_secret(), "first");
    let changes: [fn(&mut TwilioSettings); 3] = [
        |twilio| twilio.account_sid = format!("AC{}", "f".repeat(32)),
        |twilio| twilio.api_key_sid = Some(format!("SK{}", "f".repeat(32))),
        |twilio| twilio.base_url = serde_json::from_str("\"https://evil.example\"").unwrap(),
    ];
    for change in changes {
        let mut changed = twilio();
        change(&mut changed);
        let changed = ProviderSettings::Twilio(changed);
        assert_eq!(complete(changed.clone(), None).unwrap_err().field, "secret");
        assert_eq!(complete(changed, Some("new")).unwrap().secret.expose_secret(), "new");
    }
    let telegram = ProviderSettings::TelegramGateway(TelegramGatewaySettings::default());
    assert_eq!(complete(telegram, None).unwrap_err().field, "secret");
}

#[test]
fn a_gateway_of_its_own_asks_again_when_the_secret_would_go_elsewhere() {
    let read = |auth: &str, url: &str, account: &str| {
        let json = format!(
            r#"{{"account":"{account}","gateway":{{"url":"{url}","auth":{auth},"fields":{{"to":"/to","text":"/t"}},
               "success":{{"pointer":"/ok"}}}}}}"#
        );
        ProviderSettings::Http(serde_json::from_str(&json).unwrap())
    };
    let (basic, url) = (r#"{"scheme":"basic"}"#, "https://a.example/send");
    let old = ProviderAccount {
        settings: read(basic, url, "me"),
        secret: "first".to_owned().into(),
        report_key: None,
    };
    let keep = |settings| {
        ProviderDraft { settings, secret: None, report_key: ReportKeyDraft::Keep }.complete(Some(&old))
    };
    assert!(keep(read(basic, url, "me")).is_ok());
    for other in [
        read(basic, "https://b.example/send", "me"),
        read(basic, "https://a.example/other", "me"),
        read(basic, url, "you"),
        read(r#"{"scheme":"field","secret":"/s"}"#, url, "me"),
    ] {
        assert_eq!(keep(other).unwrap_err().field, "secret");
    }
    let without = keep(read(r#"{"scheme":"none"}"#, url, "me")).unwrap();
    assert_eq!(without.secret.expose_secret(), "");
}

#[test]
fn a_secret_with_line_breaks_or_spaces_is_refused_and_none_is_shown() {
    for bad in ["", "a b", "a\r\nX: y", "ä", &"a".repeat(MAX_SECRET + 1)] {
        let refused = complete(ProviderSettings::Twilio(twilio()), Some(bad)).unwrap_err();
        assert_eq!(refused.field, "secret", "{bad}");
    }
    let account = complete(ProviderSettings::Twilio(twilio()), Some("hunter2hunter2")).unwrap();
    assert!(!format!("{account:?}").contains("hunter2"));
}

/// An account with these settings, completed from `old`.
fn keyed(
    json: &str,
    report_key: ReportKeyDraft,
    old: Option<&ProviderAccount>,
) -> Result<ProviderAccount, InvalidRoute> {
    let settings = ProviderSettings::Http(serde_json::from_str(json).unwrap());
    let secret = Some(SecretString::from("s3cret"));
    ProviderDraft { settings, secret, report_key }.complete(old)
}

const VONAGE: &str = r#"{"preset":"vonage","account":"acme"}"#;

#[test]
fn a_report_key_stays_until_it_is_removed_and_never_signs_for_another_account() {
    let set = |key: &str| ReportKeyDraft::Set(SecretString::from(key));
    let without = keyed(VONAGE, ReportKeyDraft::Keep, None).unwrap();
    assert_eq!((without.report_proof(), without.report_key.is_none()), (Some(ReportProof::Address), true));
    let old = keyed(VONAGE, set("signs"), None).unwrap();
    assert_eq!(old.report_proof(), Some(ReportProof::Signature));
    let kept = keyed(VONAGE, ReportKeyDraft::Keep, Some(&old)).unwrap();
    assert_eq!(kept.report_key.unwrap().expose_secret(), "signs");
    assert!(keyed(VONAGE, ReportKeyDraft::Remove, Some(&old)).unwrap().report_key.is_none());
    for other in [r#"{"preset":"vonage","account":"other"}"#, r#"{"preset":"plivo","account":"acme"}"#] {
        assert_eq!(
            keyed(other, ReportKeyDraft::Keep, Some(&old)).unwrap_err().field,
            "report_key",
            "{other}"
        );
        assert!(keyed(other, set("new"), Some(&old)).is_ok());
        assert!(keyed(other, ReportKeyDraft::Remove, Some(&old)).is_ok());
    }
    assert!(!format!("{old:?}").contains("signs"));
}

#[test]
fn a_report_key_is_refused_where_nothing_would_be_signed_with_it() {
    let set = |key: &str| ReportKeyDraft::Set(SecretString::from(key));
    let infobip = r#"{"preset":"infobip","base_url":"https://x.api.infobip.com"}"#;
    let telnyx = r#"{"preset":"telnyx"}"#;
    for (json, key) in [(infobip, "key"), (VONAGE, "two\nlines"), (VONAGE, ""), (telnyx, "c2hvcnQ=")] {
        assert_eq!(keyed(json, set(key), None).unwrap_err().field, "report_key", "{json}");
    }
    assert!(keyed(telnyx, set("e4XVR3o3Ajqs2LwMhxHWQF0YZMRHY62aVhnPJI3d8AE="), None).is_ok());
    let twilio = |key: Option<&str>| {
        let settings = TwilioSettings { api_key_sid: key.map(str::to_owned), ..twilio() };
        let (settings, secret) = (ProviderSettings::Twilio(settings), Some(SecretString::from("s3cret")));
        ProviderDraft { settings, secret, report_key: set("token") }.complete(None)
    };
    assert_eq!(twilio(None).unwrap_err().field, "report_key");
    let key = format!("SK{}", "f".repeat(32));
    assert_eq!(twilio(Some(&key)).unwrap().report_proof(), Some(ReportProof::Signature));
}
