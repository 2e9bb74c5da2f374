//! A server that serves, and drains.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::task::JoinHandle;

use crate::delivery::Outbox;
use crate::http::Traffic;
use crate::service::{Heartbeat, NodeEnd, Services, SetupLink};

use super::foundation::DataLock;
use super::heartbeat::Beating;
use super::listening::Listening;

/// A server that serves.
pub struct App {
    pub(super) services: Arc<Services>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) listening: Listening,
    pub(super) traffic: Arc<Traffic>,
    pub(super) background: Vec<JoinHandle<()>>,
    pub(super) heartbeat: Option<Beating>,
    pub(super) shutdown: Duration,
    pub(super) new_operator_token: Option<SecretString>,
    pub(super) setup_link: Option<SetupLink>,
    pub(super) _lock: DataLock,
}

impl App {
    /// The address of the API.
    pub fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// The address of the listener without TLS beside the one with it.
    pub fn plain_address(&self) -> Option<SocketAddr> {
        self.listening.plain_address()
    }

    /// The address of what operators use, if that is apart.
    pub fn operator_address(&self) -> Option<SocketAddr> {
        self.listening.operator_address()
    }

    /// The address of the metrics, if they have one of their own.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.listening.metrics_address()
    }

    /// The use cases.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// What renews the lease of the server, if it shares its store with others.
    pub fn heartbeat(&self) -> Option<&Arc<Heartbeat>> {
        self.heartbeat.as_ref().map(Beating::heartbeat)
    }

    /// The operator token, on the start that created it, to be shown. It is handed out once, and then
    /// forgotten.
    pub fn take_new_operator_token(&mut self) -> Option<SecretString> {
        self.new_operator_token.take()
    }

    /// A link to set up an operator's account, if there is a console and no operator.
    pub fn setup_link(&self) -> Option<&SetupLink> {
        self.setup_link.as_ref()
    }

    /// Serves until `stop`, then finishes requests in progress, then messages. Messages that cannot be sent
    /// in time stay in the outbox for the next start. Stops at once if the server is no node of its store any
    /// more: then nothing can be recorded, and others go on.
    pub async fn run_until(mut self, stop: impl Future<Output = ()>) -> Stopped {
        let stopped = tokio::select! {
            () = stop => Stopped::Asked,
            end = ended(&mut self.heartbeat) => Stopped::Ended(end),
        };
        tracing::info!("draining");
        let time_left = match stopped {
            Stopped::Asked => self.shutdown,
            Stopped::Ended(_) => Duration::ZERO,
        };
        let deadline = tokio::time::Instant::now() + time_left;
        self.traffic.drain();
        while self.traffic.under_way() > 0 && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.listening.stop().await;
        let left = self.outbox.drain(deadline.saturating_duration_since(tokio::time::Instant::now())).await;
        for task in &self.background {
            task.abort();
        }
        for task in self.background {
            // The task was aborted on purpose.
            let _ = task.await;
        }
        if let Some(beating) = self.heartbeat {
            beating.stop();
            if stopped == Stopped::Asked {
                beating.leave().await;
            }
        }
        tracing::info!(messages_left = left, "stopped");
        stopped
    }
}

/// Why a server stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// It was asked to.
    Asked,
    /// It was no node of its store any more.
    Ended(NodeEnd),
}

/// Completes when the server is no node of its store any more; never for one that is alone.
async fn ended(heartbeat: &mut Option<Beating>) -> NodeEnd {
    match heartbeat {
        Some(beating) => beating.ended().await,
        None => std::future::pending().await,
    }
}
