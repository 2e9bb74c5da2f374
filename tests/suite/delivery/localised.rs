//! Delivered mails in other languages.

use std::time::{Duration, Instant};

use mail_catcher::Mail;
use otpmint::delivery::content::mail::compose;
use otpmint::delivery::{Message, Sender};
use otpmint::domain::challenges::purpose::Purpose;
use otpmint::domain::deliveries::delivery::TryOutcome;
use otpmint::domain::locale::Locale;
use otpmint::domain::tenants::smtp::Security;

use crate::delivery::support::{clear_routing, message, plain_catcher, sender_to, short};

const PURPOSES: [&str; 4] = ["login", "verification", "password_reset", "transaction"];

/// One locale per file.
fn locales() -> Vec<Locale> {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/locales")).unwrap();
    let tags = files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    tags.map(|tag| Locale::parse(&tag).unwrap()).collect()
}

fn localised(locale: &Locale, purpose: &str) -> Message {
    let to = format!("{locale}-{purpose}@example.com");
    Message {
        purpose: Purpose::parse(purpose).unwrap(),
        locale: Some(locale.clone()),
        ..message(&to.to_lowercase())
    }
}

/// What must hold for a mail in any language.
fn is_sound(mail: &Mail, locale: &Locale) {
    let (text, html) = (mail.text().unwrap(), mail.html().unwrap());
    assert_eq!(mail.code(), Some("012345"), "{locale}");
    assert_eq!(text.lines().filter(|line| *line == "012345").count(), 1, "{locale}: {text}");
    assert_eq!((text.matches("012345").count(), html.matches("012345").count()), (1, 1), "{locale}");
    assert!(mail.subject().contains("Acme") && mail.subject().chars().count() <= 60, "{}", mail.subject());
    assert!(text.starts_with(&format!("{}\n", mail.subject())), "{locale}: {text}");
    assert!(!mail.headers().iter().any(|(_, value)| value.contains("012345")), "{locale}");
    assert!(!mail.source().split("\r\n\r\n").next().unwrap().contains(|c: char| !c.is_ascii()));
    let dir = if ["ar", "fa", "he"].contains(&locale.as_str()) { "rtl" } else { "ltr" };
    let element = format!("<html lang=\"{locale}\" dir=\"{dir}\">");
    assert!(html.contains(&element), "{element} is not in {html}");
    assert!(html.contains(">012345</bdi>") && html.contains("<bdi dir=\"ltr\" translate=\"no\""), "{html}");
    // Except for quotation marks, which are escaped: the texts are in both parts.
    for line in text.lines().skip(2).filter(|line| !line.is_empty() && !line.contains('\'')) {
        assert!(html.contains(line), "{locale}: {line:?} is not in {html}");
    }
    // Nothing invisible is next to a letter: it would be copied too.
    assert!(!text.contains(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}', '\u{200e}', '\u{200f}']));
}

#[tokio::test]
async fn a_mail_arrives_in_every_language_for_every_purpose() {
    let catcher = plain_catcher(Vec::new()).await;
    let sender = sender_to(1, catcher.address().port(), Security::StartTls);
    let routing = clear_routing(short());
    for locale in locales() {
        for purpose in PURPOSES {
            let message = localised(&locale, purpose);
            assert_eq!(routing.send(&sender, &message).await.outcome, TryOutcome::Accepted);
            is_sound(&catcher.wait_for(message.recipient.as_str()).await.unwrap(), &locale);
        }
    }
}

/// `cargo test --release --test suite microseconds -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stderr, reason = "what it measures is what it is for")]
fn microseconds_per_composed_mail() {
    const ROUNDS: u32 = 2_000;
    let sender = sender_to(1, 25, Security::StartTls);
    let compose_all = |sender: &Sender, messages: &[Message]| {
        let begun = Instant::now();
        messages.iter().for_each(|message| {
            drop(
                compose(sender, &sender.routes[0].smtp().unwrap().from, message, message.created_at).unwrap(),
            )
        });
        begun.elapsed()
    };
    let messages: Vec<Message> = locales().iter().map(|locale| localised(locale, "login")).collect();
    let first = compose_all(&sender, &messages);
    let rest: Duration = (0..ROUNDS).map(|_| compose_all(&sender, &messages)).sum();
    let each = |took: Duration| took.as_secs_f64() * 1e6 / messages.len() as f64;
    eprintln!("first mail of a locale: {:.1} µs; later ones: {:.1} µs", each(first), each(rest / ROUNDS));
    for tag in ["en", "de", "ar", "ja"] {
        let messages = vec![localised(&Locale::parse(tag).unwrap(), "login"); 20_000];
        let took = compose_all(&sender, &messages);
        eprintln!("{tag}: {:.1} µs", took.as_secs_f64() * 1e6 / messages.len() as f64);
    }
}
