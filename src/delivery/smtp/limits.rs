//! How long a server may take, step by step and in all.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::failure::{Cause, Failure, Phase};

/// How the client treats servers. Every step has a time limit, and all of them together another
/// one, because a server that drips a byte at a time keeps every limit on a single read.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// For resolving the host and connecting, all of its addresses together.
    pub connect: Duration,
    /// For one command and its reply, the greeting, the TLS handshake or the login.
    pub step: Duration,
    /// For the message itself and the server's answer to it.
    pub content: Duration,
    /// For one send, everything included.
    pub total: Duration,
    /// How long a session is kept without use.
    pub idle: Duration,
    /// How many idle sessions are kept for one account.
    pub kept_per_account: usize,
    /// How many idle sessions are kept in all.
    pub kept: usize,
    /// The name in EHLO; without one, the address that the connection has on this side.
    pub hello_name: Option<String>,
}

impl Default for SmtpSettings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            step: Duration::from_secs(15),
            content: Duration::from_secs(25),
            total: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            kept_per_account: 8,
            kept: 512,
            hello_name: None,
        }
    }
}

impl SmtpSettings {
    fn limit(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Connect => self.connect,
            Phase::Content => self.content,
            _ => self.step,
        }
    }
}

/// The moment at which one send ends, whatever the server does.
pub(super) struct Deadline<'a> {
    settings: &'a SmtpSettings,
    end: Instant,
}

impl<'a> Deadline<'a> {
    /// A deadline `total` from now.
    pub(super) fn after(total: Duration, settings: &'a SmtpSettings) -> Self {
        Self { settings, end: Instant::now() + total }
    }

    /// Does one step within its limit and what is left of the whole.
    pub(super) async fn step<T>(
        &self,
        phase: Phase,
        step: impl Future<Output = Result<T, Cause>>,
    ) -> Result<T, Failure> {
        let end = self.end.min(Instant::now() + self.settings.limit(phase));
        match timeout_at(end, step).await {
            Ok(result) => result.map_err(|cause| cause.at(phase)),
            Err(_) => Err(Cause::TimedOut.at(phase)),
        }
    }
}
