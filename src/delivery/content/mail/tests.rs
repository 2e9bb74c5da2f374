//! Tests of mails, byte for byte.

use crate::delivery::content::template::cleaning::presentable;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::mail_address::MailAddress;
use crate::domain::phone::settings::Countries;
use crate::domain::tenants::route::Transport;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use secrecy::SecretString;

use super::*;
use crate::delivery::channels::smtp::mail_object::MailObject;
use crate::delivery::{Look, Message, Sender, Template};
use crate::domain::address::Address;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::id::TenantId;
use crate::domain::locale::Locale;
use crate::domain::tenants::route::{Route, RouteHandle};
use crate::domain::tenants::smtp::{Security, SmtpLogin, SmtpProfile};
use crate::domain::tenants::template::{MailSource, TemplateSource};
use crate::domain::time::Timestamp;

fn from() -> MailAddress {
    MailAddress::parse("app@sender.example").unwrap()
}

fn sender(name: &str) -> Sender {
    let smtp = SmtpProfile {
        host: "smtp.sender.example".to_owned(),
        port: 587,
        security: Security::StartTls,
        username: "app".to_owned(),
        login: SmtpLogin::Password(SecretString::from("hunter22")),
        from: from(),
    };
    let handle = RouteHandle::parse("smtp_2222222222222222").unwrap();
    let routes = vec![Route {
        handle,
        name: String::new(),
        channels: vec![ChannelKind::Email],
        transport: Transport::Smtp(smtp),
    }];
    Sender {
        tenant: TenantId(1),
        revision: 1,
        name: name.to_owned(),
        routes,
        look: Look::default(),
        countries: Countries::default(),
        is_sandbox: false,
    }
}

fn message(to: &Address, tag: &str, purpose: &str) -> Message {
    let created_at = Timestamp::from_millis(1_000_000_000_000);
    Message {
        id: "m-1\r\nBcc: x@y.example".to_owned(),
        recipient: to.clone(),
        channel: ChannelKind::Email,
        code: Code::from_sealed("012345".to_owned()),
        purpose: Purpose::parse(purpose).unwrap(),
        locale: Locale::parse(tag),
        vars: Vars::default(),
        template: None,
        link: None,
        autofill: None,
        created_at,
        expires_at: created_at + Duration::from_secs(600),
        callback: None,
        trace_context: None,
    }
}

/// Composes a message at the moment of its mint.
fn composed(sender: &Sender, message: &Message) -> Result<MailObject, ComposeError> {
    compose(sender, &from(), message, message.created_at).map(|mail| MailObject::new(&mail))
}

fn mail_in(tag: &str, purpose: &str, name: &str) -> String {
    let to = Address::parse("jane@example.com").unwrap();
    let mail = composed(&sender(name), &message(&to, tag, purpose)).unwrap();
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("app@sender.example", "jane@example.com"));
    String::from_utf8(mail.content).unwrap()
}

fn mail(name: &str) -> String {
    mail_in("en", "verification", name)
}

fn headers(mail: &str) -> Vec<&str> {
    mail.split("\r\n\r\n").next().unwrap().split("\r\n").collect()
}

/// Returns the names of the header fields, in order.
fn fields(mail: &str) -> Vec<&str> {
    let lines = headers(mail).into_iter().filter(|line| !line.starts_with([' ', '\t']));
    lines.map(|line| line.split(':').next().unwrap()).collect()
}

#[test]
fn the_usual_english_words_go_as_they_are() {
    // An encoding costs more than the rest of composing a mail; short lines of ASCII need none.
    let mail = mail("Acme");
    assert_eq!(mail.matches("Content-Transfer-Encoding: 7bit").count(), 2, "{mail}");
}

#[test]
fn says_who_writes_and_that_nobody_need_answer() {
    let mail = mail("Acme");
    let headers = headers(&mail);
    for line in [
        "From: Acme <app@sender.example>",
        "To: jane@example.com",
        "Subject: Your verification code for Acme",
        "Date: Sun, 09 Sep 2001 01:46:40 +0000",
        "Message-ID: <m-1Bccxy.example@sender.example>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ] {
        assert!(headers.contains(&line), "{line} in {headers:#?}");
    }
}

#[test]
fn the_code_stands_alone_on_its_line_and_not_in_the_headers() {
    let mail = mail("Acme");
    let text =
        "\r\n\r\nYour verification code for Acme\r\n\r\nEnter this code to continue:\r\n\r\n012345\r\n\r\n";
    assert!(mail.contains(text), "{mail}");
    assert!(mail.contains("This code is valid for 10 minutes."), "{mail}");
    assert!(mail.contains("text/html"));
    assert!(headers(&mail).iter().all(|line| !line.contains("012345")));
}

#[test]
fn no_name_adds_a_header_field_or_markup() {
    for name in [
        "Evil\r\nBcc: x@y.example",
        "Evil\nBcc: x@y.example",
        "Evil\rBcc: x@y.example",
        "Evil\u{2028}Bcc: x@y.example",
        "\"<x@y.example>, ",
        "Ünïcödé\r\nBcc: x@y.example",
        "<script>alert(1)</script>",
        "{ $title }{ login-title }{{ self.0.code }}",
        "\0\r\n.\r\nMAIL FROM:<>",
    ] {
        let mail = mail(name);
        let headers = headers(&mail);
        assert!(!headers.iter().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{headers:#?}");
        assert!(headers.iter().all(|line| !line.contains("012345")), "{headers:#?}");
        let from: Vec<_> = headers.iter().filter(|line| line.starts_with("From:")).collect();
        assert_eq!(from.len(), 1, "{headers:#?}");
        let html = mail.split_once("text/html").unwrap().1;
        assert!(!html.contains("<script>"), "{html}");
        assert!(mail.ends_with("\r\n.\r\n") && !mail[..mail.len() - 5].contains("\r\n.\r\n"));
    }
}

#[test]
fn no_name_turns_the_letters_around_it() {
    assert_eq!(presentable(" A\u{202e}c\u{200f}m\u{2067}e\u{61c} "), "Acme");
    assert_eq!(presentable("A\tc\u{85}m\u{2029}e"), "A c m e");
    // Joiners inside words are part of the spelling in their languages.
    assert_eq!(presentable("می\u{200c}خواهم"), "می\u{200c}خواهم");
}

#[test]
fn without_a_name_the_address_stands_alone() {
    let mail = mail("");
    assert!(headers(&mail).contains(&"From: app@sender.example"));
    assert!(headers(&mail).contains(&"Subject: Your verification code"));
    assert!(!mail.contains("<bdi></bdi>"));
}

#[test]
fn headers_are_ascii_and_short_in_every_language() {
    for (tag, purpose) in ["ar", "de", "el", "fa", "he", "hi", "ja", "ko", "ru", "th", "vi", "zh-Hant"]
        .into_iter()
        .flat_map(|tag| ["login", "verification", "password_reset", "transaction"].map(|p| (tag, p)))
    {
        for name in ["", "Acme", "株式会社アクメ・カスタマーサポートセンター東京"] {
            let mail = mail_in(tag, purpose, name);
            for line in headers(&mail) {
                assert!(line.bytes().all(|b| (b' '..=b'~').contains(&b)), "{tag}: {line:?}");
                assert!(line.len() <= 78, "{tag}: {line:?}");
            }
        }
    }
}

#[test]
fn every_try_sends_the_same_bytes() {
    assert_eq!(mail("Acme"), mail("Acme"));
    assert_eq!(mail_in("ar", "login", "Acme"), mail_in("ar", "login", "Acme"));
}

#[test]
fn a_template_ends_no_mail_and_no_header_field() {
    let smuggled = ["\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\n..\n", "\n.x"];
    for (ends, subject) in
        smuggled.into_iter().zip(["x", "é", "日本", "x y"].map(|word| word.repeat(50)).iter().cycle())
    {
        let text = format!("{{{{ code }}}}{ends}MAIL FROM:<x@y.example>{ends}{}", "x".repeat(3_000));
        let source = MailSource { subject: subject.clone(), html: Some(format!("<p>{text}</p>")), text };
        let source = TemplateSource::Mail(source);
        let to = Address::parse("jane@example.com").unwrap();
        let template = Template::parse(&source).map(Arc::new).unwrap();
        let message = Message { template: Some(template), ..message(&to, "en", "login") };
        let mail = String::from_utf8(composed(&sender("Acme"), &message).unwrap().content).unwrap();
        assert!(mail.ends_with("\r\n.\r\n") && !mail[..mail.len() - 5].contains("\r\n.\r\n"), "{mail}");
        let bare = mail.replace("\r\n", "");
        assert!(!bare.contains(['\r', '\n']), "{ends:?} leaves a bare line end");
        assert!(mail.split("\r\n").all(|line| line.len() <= 998), "{ends:?} leaves a long line");
        assert_eq!(fields(&mail), fields(&mail_in("en", "login", "Acme")));
        assert!(headers(&mail).iter().all(|line| line.bytes().all(|b| (b' '..=b'~').contains(&b))));
    }
}

proptest! {
    #[test]
    fn no_name_and_no_recipient_adds_anything(
        name in any::<String>(),
        to in "[!-~]{1,20}@[a-z]{1,8}\\.[a-z]{2,4}|.{0,9}@.{0,9}",
        tag in prop::sample::select(vec!["en", "ar", "ja", "pt-BR"]),
    ) {
        let plain = fields(&mail_in(tag, "login", "")).join(" ");
        if let Ok(to) = Address::parse(&to) {
            let composed = composed(&sender(&name), &message(&to, tag, "login")).unwrap();
            let mail = String::from_utf8(composed.content).unwrap();
            prop_assert_eq!(fields(&mail).join(" "), plain);
            prop_assert!(headers(&mail).iter().all(|line| line.bytes().all(|b| (b' '..=b'~').contains(&b))));
            prop_assert!(mail.ends_with("\r\n.\r\n") && !mail[..mail.len() - 5].contains("\r\n.\r\n"));
        }
    }
}
