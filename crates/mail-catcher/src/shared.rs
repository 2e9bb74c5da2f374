//! What all sessions of a mail catcher share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use tokio_rustls::TlsAcceptor;

use crate::mailbox::Mailbox;
use crate::options::Options;
use crate::script::Script;
use crate::transcript::{Transcript, Transcripts};
use crate::trouble::Switch;

/// The clock for the dates of mails.
pub(crate) type Now = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// What all sessions share.
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) now: Now,
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) mailbox: Mailbox,
    pub(crate) script: Script,
    pub(crate) switch: Switch,
    pub(crate) transcripts: Transcripts,
    connections: AtomicU64,
}

impl Shared {
    pub(crate) fn new(options: Options, now: Now, acceptor: TlsAcceptor) -> Self {
        Self {
            now,
            acceptor,
            mailbox: Mailbox::new(options.keep),
            script: Script::new(options.faults.clone()),
            switch: Switch::default(),
            transcripts: Transcripts::default(),
            connections: AtomicU64::new(0),
            options,
        }
    }

    /// Counts a connection and opens its transcript.
    pub(crate) fn begin_connection(&self) -> Transcript {
        self.connections.fetch_add(1, Ordering::Relaxed);
        if self.mailbox.keeps_nothing() { Transcript::none() } else { self.transcripts.begin() }
    }

    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}
