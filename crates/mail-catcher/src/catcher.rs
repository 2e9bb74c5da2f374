//! The handle to a running mail catcher.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::time::timeout;

use crate::certificate;
use crate::error::{NoMail, StartError};
use crate::fault::ScriptedFault;
use crate::listener::Task;
use crate::mail::{Mail, MailId};
use crate::mailbox::InboxEvent;
use crate::options::Options;
use crate::shared::Shared;
use crate::trouble::Trouble;

/// The maximum wait for a mail.
const WAIT_LIMIT: Duration = Duration::from_secs(10);

/// A running mail catcher. It stops, with every session, when the last clone is dropped.
#[derive(Clone)]
pub struct MailCatcher {
    shared: Arc<Shared>,
    address: SocketAddr,
    ca_pem: Arc<str>,
    _task: Arc<Task>,
}

impl MailCatcher {
    /// Starts one on 127.0.0.1, on the current tokio runtime. Mails are dated by `now`.
    ///
    /// # Errors
    /// If the port is taken, or the certificate cannot be generated.
    pub async fn start(
        options: Options,
        now: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> Result<Self, StartError> {
        let identity = certificate::make(options.certificate)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(options, Arc::new(now), identity.acceptor));
        let task = Task::spawn(listener, Arc::clone(&shared));
        Ok(Self { shared, address, ca_pem: identity.ca_pem.into(), _task: Arc::new(task) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of its CA, which a client must trust, as PEM.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The stored mails, oldest first.
    pub fn mails(&self) -> Vec<Arc<Mail>> {
        self.shared.mailbox.all()
    }

    /// A stored mail.
    pub fn mail(&self, id: MailId) -> Option<Arc<Mail>> {
        self.shared.mailbox.find(id)
    }

    /// How many mails it has accepted since the start, stored or not.
    pub fn received(&self) -> u64 {
        self.shared.mailbox.received()
    }

    /// Drops the stored mails and transcripts.
    pub fn clear(&self) {
        self.shared.mailbox.clear();
        self.shared.transcripts.clear();
    }

    /// Notifies about each mail from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<InboxEvent> {
        self.shared.mailbox.subscribe()
    }

    /// The oldest stored mail to `recipient`, as soon as there is one.
    ///
    /// # Errors
    /// If none arrives within ten seconds.
    pub async fn wait_for(&self, recipient: &str) -> Result<Arc<Mail>, NoMail> {
        let mails = self.wait_for_many(recipient, 1).await?;
        mails.into_iter().next().ok_or_else(|| no_mail(recipient))
    }

    /// The `count` oldest stored mails to `recipient`, as soon as there are that many.
    ///
    /// # Errors
    /// If they do not arrive within ten seconds.
    pub async fn wait_for_many(&self, recipient: &str, count: usize) -> Result<Vec<Arc<Mail>>, NoMail> {
        let mails = self.shared.mailbox.await_mails(recipient, count);
        timeout(WAIT_LIMIT, mails).await.map_err(|_| no_mail(recipient))
    }

    /// Replaces the active faults by `faults`, for new connections; connections and greylisted recipients are
    /// counted from zero again.
    pub fn set_faults(&self, faults: Vec<ScriptedFault>) {
        self.shared.script.replace(faults);
    }

    /// The trouble that affects the next mails, if any is on.
    pub fn trouble(&self) -> Option<Trouble> {
        self.shared.switch.get()
    }

    /// Switches trouble on, replacing what was on; `None` switches it off.
    pub fn set_trouble(&self, trouble: Option<Trouble>) {
        self.shared.switch.set(trouble);
        self.shared.mailbox.tell(InboxEvent::Switched);
    }

    /// How many connections it has accepted since the start.
    pub fn connections(&self) -> u64 {
        self.shared.connections()
    }

    /// The transcripts of the last sessions, oldest first: `C:` is the client, `S:` the server, `--` an
    /// event. They omit what AUTH carries, and the content of mails.
    pub fn transcripts(&self) -> Vec<Vec<String>> {
        self.shared.transcripts.all()
    }
}

fn no_mail(recipient: &str) -> NoMail {
    NoMail { recipient: recipient.to_owned() }
}
