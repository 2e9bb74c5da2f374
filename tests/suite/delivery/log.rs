//! The log of a failed try: enough to find the cause, and no secrets.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use mail_catcher::Fault;
use otpmint::domain::deliveries::delivery::DeliveryError::MessageRefused;
use otpmint::domain::deliveries::delivery::TryOutcome::Refused;
use otpmint::domain::tenants::smtp::Security;

use crate::delivery::support::{
    PASSWORD, Scripted, catcher, clear_routing, routing, send, sender, sender_to, short,
};

#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A second subscriber. With a single one, which belongs to one thread, tracing takes what another thread logs first for
/// what nobody wants to know, and remembers that.
static NOBODY: LazyLock<tracing::Dispatch> =
    LazyLock::new(|| tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default()));

impl Log {
    /// Records everything that this thread logs.
    pub fn keep(&self) -> tracing::subscriber::DefaultGuard {
        LazyLock::force(&NOBODY);
        let writer = self.clone();
        let level = tracing::Level::TRACE;
        let builder = tracing_subscriber::fmt().with_max_level(level).with_ansi(false);
        tracing::subscriber::set_default(builder.with_writer(move || writer.clone()).finish())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn a_server_that_repeats_what_it_was_told_puts_no_secret_into_the_log() {
    let server = Scripted::start(&[&[
        ("", "220 hello\r\n"),
        ("\r\n", "250-hello\r\n250 PIPELINING\r\n"),
        ("DATA\r\n", "250 ok\r\n250 ok\r\n354 go on\r\n"),
        (
            "\r\n.\r\n",
            "554-5.7.1 <jane@example.com> gets no 012345\r\n554-\u{1b}[31m pw hunter22-hunter22\r\n554 bye\r\n",
        ),
    ]])
    .await;
    let log = Log::default();
    let guard = log.keep();
    let sender = sender_to(1, server.port, Security::StartTls);
    assert_eq!(send(&clear_routing(short()), &sender).await, Refused(MessageRefused));
    drop(guard);
    let text = log.text();
    assert!(text.contains("localhost") && text.contains("554") && text.contains("5.7.1"), "{text}");
    for secret in ["jane@example.com", "012345", "hunter22", "\u{1b}"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert_eq!(text.lines().filter(|line| line.contains("WARN")).count(), 1, "{text}");
}

#[tokio::test]
async fn no_level_of_the_log_shows_a_password_or_a_code() {
    let log = Log::default();
    let guard = log.keep();
    for faults in [vec![], vec![Fault::AuthLoginOnly.always()], vec![Fault::AuthRefused.always()]] {
        let catcher = catcher(faults).await;
        send(&routing(&catcher), &sender(&catcher)).await;
    }
    drop(guard);
    let text = log.text();
    let base64 = "aHVudGVyMjItaHVudGVyMjI";
    for secret in [PASSWORD, base64, "012345", "jane@example.com"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
