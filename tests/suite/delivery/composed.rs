//! The content of delivered mails.

use mail_catcher::{Options, TlsMode, Transport};
use otpmint::domain::deliveries::delivery::TryOutcome;
use otpmint::domain::tenants::smtp::Security;

use crate::delivery::support::{JANE, catcher, catcher_with, message, routing, send, sender, sender_to};

#[tokio::test]
async fn a_mail_arrives_over_starttls_with_a_login() {
    let catcher = catcher(Vec::new()).await;
    let message = message(JANE);
    assert_eq!(routing(&catcher).send(&sender(&catcher), &message).await.outcome, TryOutcome::Accepted);
    let mail = catcher.wait_for(JANE).await.unwrap();
    assert_eq!(mail.session.transport, Transport::Tls);
    assert_eq!(mail.session.username.as_deref(), Some("app"));
    assert_eq!((mail.from.as_str(), mail.to.len()), ("app@sender.example", 1));
    assert_eq!(mail.code(), Some("012345"));
    let lines: Vec<&str> = mail.text().unwrap().lines().take(6).collect();
    let intro = ["Your verification code for Acme", "", "Enter this code to continue:", ""];
    assert_eq!(lines, [&intro[..], &["012345", ""]].concat());
    assert!(mail.html().unwrap().contains("012345"));
    assert_eq!(mail.header("message-id"), Some(format!("<{}@sender.example>", message.id).as_str()));
    assert_eq!(mail.header("auto-submitted"), Some("auto-generated"));
    assert!(mail.headers().iter().all(|(_, value)| !value.contains("012345")));
}

#[tokio::test]
async fn a_mail_arrives_over_tls_from_the_first_byte() {
    let catcher = catcher_with(Options { tls: TlsMode::Implicit, ..Options::default() }).await;
    let sender = sender_to(1, catcher.address().port(), Security::Implicit);
    assert_eq!(send(&routing(&catcher), &sender).await, TryOutcome::Accepted);
    assert_eq!(catcher.wait_for(JANE).await.unwrap().session.transport, Transport::Tls);
}
