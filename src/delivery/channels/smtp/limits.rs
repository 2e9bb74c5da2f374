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

/// The longest that one of several accounts may take before the message goes out: whoever waits for a
/// mint, ten seconds by default, is to hear of the next account as well.
const MOST_OF_SEVERAL: Duration = Duration::from_secs(6);

/// How long one send may take with one account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// Until the message itself goes out. What comes before may as well be done with the next account;
    /// what comes after may not, so it has all the time that is left.
    pub(super) begin: Instant,
    /// In all.
    pub(super) end: Instant,
}

impl Budget {
    /// All the time until `end`.
    pub(super) fn all_until(end: Instant) -> Self {
        Self { begin: end, end }
    }

    /// The share of one of `accounts` that are still to be tried; `None` when no time is left.
    pub(super) fn share(end: Instant, accounts: usize) -> Option<Self> {
        let now = Instant::now();
        let left = end.checked_duration_since(now).filter(|left| !left.is_zero())?;
        let share = match u32::try_from(accounts).unwrap_or(u32::MAX) {
            0 | 1 => left,
            several => (left / several).min(MOST_OF_SEVERAL),
        };
        Some(Self { begin: now + share, end })
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
    ) -> Result<T, Failure> {
        let whole = if phase == Phase::Content { self.budget.end } else { self.budget.begin };
        let end = whole.min(Instant::now() + self.settings.limit(phase));
        match timeout_at(end, step).await {
            Ok(result) => result.map_err(|cause| cause.into().at(phase)),
            Err(_) => Err(Cause::TimedOut.at(phase)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_several_accounts_leaves_time_to_the_next_and_the_last_has_all_of_it() {
        let end = Instant::now() + Duration::from_secs(30);
        let begins = |accounts| Budget::share(end, accounts).unwrap().begin.duration_since(Instant::now());
        assert!(begins(2) <= MOST_OF_SEVERAL && begins(2) > Duration::from_secs(5));
        assert!(begins(10) <= Duration::from_secs(3));
        assert_eq!(Budget::share(end, 1).unwrap().begin, end);
        assert!(Budget::share(Instant::now(), 2).is_none());
    }
}
