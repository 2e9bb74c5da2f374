//! The brake of a hosted page: while its tenant is under attack, an answer waits until the page has been open for a
//! while, or its script has worked for it. Without a script there is the pause.

use std::time::Duration;

use crate::crypto::keyring::Keyring;
use crate::crypto::pause::{Mark, WORK_BITS, is_worked};
use crate::domain::limits::limit::{Limit, LimitHit};
use crate::domain::time::Timestamp;
use crate::service::refusal::Refusal;
use crate::store::Hosted;

/// What a page asks of its visitor before an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brake {
    /// Proves when the page was shown. The form sends it back.
    pub mark: String,
    /// When an answer is evaluated without work.
    pub until: Timestamp,
    /// The leading zero bits that work has to find.
    pub bits: u32,
}

/// What a form sends back; empty texts for nothing.
#[derive(Clone, Copy, Debug)]
pub struct Waited<'a> {
    /// The mark.
    pub mark: &'a str,
    /// What the script has found.
    pub work: &'a str,
}

impl Brake {
    /// Returns the brake of a page that is shown now, if it has one.
    pub(super) fn of(found: &Hosted, keyring: &Keyring, now: Timestamp) -> Option<Self> {
        let pause = pause(found, now)?;
        let mark =
            Mark { challenge: found.challenge.id, attempts: found.challenge.standing.attempts, at: now };
        Some(Self { mark: keyring.pause_mark(&mark), until: now + pause, bits: WORK_BITS })
    }
}

impl Waited<'_> {
    /// Refuses an answer that neither has waited nor was worked for.
    pub(super) fn check(self, found: &Hosted, keyring: &Keyring, now: Timestamp) -> Result<(), Refusal> {
        let Some(pause) = pause(found, now) else { return Ok(()) };
        let (id, attempts) = (found.challenge.id, found.challenge.standing.attempts);
        let shown_at = keyring.shown_at(self.mark, id, attempts);
        let left = shown_at.map_or(pause, |at| (at + pause).since(now));
        match left.is_zero() || (shown_at.is_some() && is_worked(self.mark, self.work)) {
            true => Ok(()),
            false => Err(Refusal::Limited(LimitHit { limit: Limit::PagePause, retry_after: left })),
        }
    }
}

fn pause(found: &Hosted, now: Timestamp) -> Option<Duration> {
    let taken = found.tenant.suspicion.as_ref()?.taken(now)?;
    let is_trusted = found.challenge.details.hosting().is_some_and(|hosting| hosting.trusted);
    let pause = Duration::from_secs(taken.pause_seconds.into());
    (!is_trusted && !pause.is_zero()).then_some(pause)
}
