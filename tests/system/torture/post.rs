//! The tenants' mail server: which codes arrived for whom.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use mail_catcher::{Credentials, Fault, Keep, Mail, MailCatcher, MailId, Options, Stage};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;
use tokio::sync::broadcast::error::RecvError;

pub const SENDER: &str = "codes@tenant.example";
pub const PASSWORD: &str = "Tr0ub4dor-of-the-tenant";

/// A mail catcher, and what it caught by recipient.
pub struct Post {
    catcher: MailCatcher,
    codes: Arc<Mutex<Codes>>,
    ca_file: NamedTempFile,
    _runtime: Runtime,
}

#[derive(Default)]
struct Codes {
    /// The number of the last processed mail.
    last: u64,
    by_recipient: HashMap<String, Vec<String>>,
}

impl Post {
    pub fn open() -> Post {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let options = Options {
            credentials: Some(Credentials::new(SENDER, PASSWORD)),
            keep: Keep::Last(1_000_000),
            ..Options::default()
        };
        let catcher = runtime.block_on(MailCatcher::start(options, || SystemTime::UNIX_EPOCH));
        let catcher = catcher.expect("a free port");
        let ca_file = NamedTempFile::new().expect("a temporary file");
        std::fs::write(ca_file.path(), catcher.ca_pem()).expect("the file is ours");
        let codes = Arc::default();
        runtime.spawn(sort(catcher.clone(), Arc::clone(&codes)));
        Post { catcher, codes, ca_file, _runtime: runtime }
    }

    pub fn port(&self) -> u16 {
        self.catcher.address().port()
    }

    pub fn ca_file(&self) -> String {
        self.ca_file.path().display().to_string()
    }

    /// Lets each message of new connections take this long.
    pub fn slow_down(&self, by: Duration) {
        self.catcher.set_faults(vec![Fault::Delay(Stage::EndOfData, by).always()]);
    }

    /// The code in the first mail to `recipient`, if one has arrived.
    pub fn code(&self, recipient: &str) -> Option<String> {
        let codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.by_recipient.get(recipient)?.first().cloned()
    }

    /// The codes of all mails.
    pub fn all(&self) -> HashMap<String, Vec<String>> {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.take_new(&self.catcher);
        codes.by_recipient.clone()
    }
}

async fn sort(catcher: MailCatcher, codes: Arc<Mutex<Codes>>) {
    let mut events = catcher.subscribe();
    // Whatever the event is: the mails themselves are complete, and events may be missed.
    while !matches!(events.recv().await, Err(RecvError::Closed)) {
        while events.try_recv().is_ok() {}
        codes.lock().unwrap_or_else(PoisonError::into_inner).take_new(&catcher);
    }
}

impl Codes {
    fn take_new(&mut self, catcher: &MailCatcher) {
        while let Some(mail) = catcher.mail(MailId(self.last + 1)) {
            self.last += 1;
            self.take(&mail);
        }
    }

    fn take(&mut self, mail: &Mail) {
        let code = mail.code().unwrap_or("no code").to_owned();
        for to in &mail.to {
            self.by_recipient.entry(to.clone()).or_default().push(code.clone());
        }
    }
}
