//! Time limits for servers: for each step, and for all of them.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::failure::{Cause, Phase, SmtpFailure};
use crate::delivery::ports::budget::Budget;

/// The settings of the SMTP client. Every step has a time limit, and all of them together have
/// another one, because a server that sends one byte at a time would stay within every limit on a
/// single read.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// The limit for resolving the host and connecting, over all of its addresses.
    pub connect: Duration,
    /// The limit for one command and its reply, the greeting, the TLS handshake or the login.
    pub step: Duration,
    /// The limit for the message itself and the server's reply to it.
    pub content: Duration,
    /// How long an unused session is kept.
    pub idle: Duration,
    /// How many idle sessions are kept per route.
    pub kept_per_route: usize,
    /// How many idle sessions are kept in all.
    pub kept: usize,
    /// The name in EHLO; by default, the local address of the connection.
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

/// The time by which one send ends, whatever the server does.
pub(super) struct Deadline<'a> {
    settings: &'a SmtpSettings,
    budget: Budget,
}

impl<'a> Deadline<'a> {
    /// Creates the deadline of a send within `budget`.
    pub(super) fn new(budget: Budget, settings: &'a SmtpSettings) -> Self {
        Self { settings, budget }
    }

    /// Runs one step within its own limit and the rest of the budget.
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
