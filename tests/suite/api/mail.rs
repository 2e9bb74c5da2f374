//! What the recipient receives.

use crate::api::harness::{JANE, SMTP_MAIL, TestApp};
use crate::support::mail::Mail;

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_has_all_that_a_good_mail_has() {
    let app = TestApp::start().await;
    let mut body = app.registration();
    body["name"] = "Acme".into();
    let tenant = app.register(&body).await;
    let challenge = app.mint(&tenant, JANE).await;
    let caught = app.mail.wait_for(JANE).await.unwrap();
    assert_eq!((caught.from.as_str(), caught.to.as_slice()), (SMTP_MAIL, &[JANE.to_owned()][..]));
    assert_eq!(caught.session.username.as_deref(), Some(SMTP_MAIL));
    assert_eq!(caught.session.transport, mail_catcher::Transport::Tls);

    // Parsed by a reader that shares no code with the writer.
    let mail = Mail::parse(&caught.source());
    assert_eq!(mail.header("Subject"), Some("Your verification code for Acme"));
    assert_eq!(mail.header("From"), Some("Acme <app@sender.example>"));
    assert_eq!(mail.header("To"), Some(JANE));
    assert_eq!(mail.header("Date"), Some("Thu, 15 Jan 2026 12:00:00 +0000"));
    assert_eq!(mail.header("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(mail.header("MIME-Version"), Some("1.0"));
    let id = mail.header("Message-ID").unwrap();
    assert!(id.starts_with('<') && id.ends_with("@sender.example>") && id.len() > 30, "{id}");
    for name in ["Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Type"] {
        let count = mail.headers.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name)).count();
        assert_eq!(count, 1, "{name}");
    }
    let types: Vec<_> = mail.parts.iter().map(|part| part.media_type.as_str()).collect();
    assert_eq!(types, ["text/plain", "text/html"]);
    for text in [mail.text(), mail.html()] {
        assert!(
            text.contains(&challenge.code) && text.contains("10 minutes") && text.contains("Acme"),
            "{text}"
        );
        assert!(!text.contains("http://") && !text.contains("https://"), "no links: {text}");
    }
    assert!(mail.headers.iter().all(|(_, value)| !value.contains(&challenge.code)), "{:?}", mail.headers);
    assert!(caught.source().lines().all(|line| line.len() <= 998), "RFC 5322 section 2.1.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mail_has_an_identity_of_its_own() {
    let app = TestApp::start().await;
    let tenant = app.tenant().await;
    for _ in 0..3 {
        app.mint(&tenant, JANE).await;
    }
    let mails = app.mail.mails();
    let mut ids: Vec<_> = mails.iter().map(|mail| mail.header("message-id").unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_has_the_form_that_is_set() {
    use otpmint::config::AlphabetName::{Digits, Unambiguous};
    for (alphabet, length) in [(Digits, 4), (Digits, 10), (Unambiguous, 6), (Unambiguous, 10)] {
        let app = TestApp::with(|settings| {
            settings.codes.alphabet = alphabet;
            settings.codes.length = length;
        })
        .await;
        let tenant = app.tenant().await;
        let challenge = app.mint(&tenant, JANE).await;
        assert_eq!(challenge.code.len(), length);
        let allowed = |c: char| match alphabet {
            Digits => c.is_ascii_digit(),
            Unambiguous => c.is_ascii_alphanumeric() && !"0O1IL".contains(c) && !c.is_ascii_lowercase(),
        };
        assert!(challenge.code.chars().all(allowed), "{}", challenge.code);
        app.api.verify(&challenge.key, &challenge.code).await.is(201, "OTP Matched!");
    }
}
