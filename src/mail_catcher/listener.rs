//! Takes connections and gives each a session.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::mailbox::Mailbox;
use super::options::Options;
use super::script::Script;
use super::session;
use super::transcript::{Transcript, Transcripts};
use super::trouble::Switch;
use crate::domain::time::Clock;

/// What all sessions share.
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) acceptor: TlsAcceptor,
    pub(super) mailbox: Mailbox,
    pub(super) script: Script,
    pub(super) switch: Switch,
    pub(super) transcripts: Transcripts,
    connections: AtomicU64,
}

impl Shared {
    pub(super) fn new(options: Options, clock: Arc<dyn Clock>, acceptor: TlsAcceptor) -> Self {
        Self {
            clock,
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
    pub(super) fn begin_connection(&self) -> Transcript {
        self.connections.fetch_add(1, Ordering::Relaxed);
        if self.mailbox.keeps_nothing() { Transcript::none() } else { self.transcripts.begin() }
    }

    pub(super) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

/// The task that takes connections; it ends, with their sessions, when this is dropped.
pub(super) struct Task(AbortHandle);

impl Task {
    pub(super) fn spawn(listener: TcpListener, shared: Arc<Shared>) -> Self {
        Self(tokio::spawn(accept(listener, shared)).abort_handle())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    sessions.spawn(session::serve(Arc::clone(&shared), stream));
                }
                // Out of file descriptors, most likely: give sessions a moment to end.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
            Some(_) = sessions.join_next() => {}
        }
    }
}
