//! How long a server may take, step by step and in all.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::failure::{Cause, Phase, SmtpFailure};
use crate::delivery::ports::budget::Budget;

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
    /// How long a session is kept without use.
    pub idle: Duration,
    /// How many idle sessions are kept for one route.
    pub kept_per_route: usize,
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
            idle: Duration::from_secs(30),
            kept_per_route: 8,
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
    budget: Budget,
}

impl<'a> Deadline<'a> {
    /// The deadline of a send within `budget`.
    pub(super) fn new(budget: Budget, settings: &'a SmtpSettings) -> Self {
        Self { settings, budget }
    }

    /// Does one step within its limit and what is left of the whole.
    pub(super) async fn step<T, E: Into<Cause>>(
        &self,
        phase: Phase,
        step: impl Future<Output = Result<T, E>>,
    ) -> Result<T, SmtpFailure> {
        let whole = if phase == Phase::Content { self.budget.end } else { self.budget.begin };
        let end = whole.min(Instant::now() + self.settings.limit(phase));
        match timeout_at(end, step).await {
            Ok(result) => result.map_err(|cause| cause.into().at(phase)),
            Err(_) => Err(Cause::TimedOut.at(phase)),
        }
    }
}
