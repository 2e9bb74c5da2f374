//! A model of the decisions about challenges, without rows and transactions.

use std::time::Duration;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::challenges::device::Device;
use crate::domain::limits::limit::Limit;
use crate::domain::time::Timestamp;

pub(super) const MAX_ATTEMPTS: u8 = 4;
pub(super) const TTL: Duration = Duration::from_secs(300);
pub(super) const WINDOW: Duration = Duration::from_secs(600);
pub(super) const SENDS: usize = 3;
pub(super) const FAILURES: usize = 5;
pub(super) const IN_A_ROW: u32 = 4;
pub(super) const RESERVE: usize = 2;

/// The tenant that hands in an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum By {
    /// The tenant of the challenge.
    Owner,
    /// The tenant of the challenge, which vouches for the device.
    Voucher,
    /// The tenant of the challenge, which has used up its rate.
    Throttled,
    /// Another tenant.
    Stranger,
}

/// A challenge in the model.
pub(super) struct ModelChallenge {
    pub(super) whose: usize,
    pub(super) status: ChallengeStatus,
    pub(super) attempts: u8,
    pub(super) ends: Timestamp,
}

impl ModelChallenge {
    pub(super) fn status(&self, now: Timestamp) -> ChallengeStatus {
        let is_late = self.status == ChallengeStatus::Pending && now >= self.ends;
        if is_late { ChallengeStatus::Expired } else { self.status }
    }
}

/// A recipient in the model.
#[derive(Default)]
pub(super) struct ModelRecipient {
    pub(super) sends: Vec<Timestamp>,
    pub(super) failures: Vec<Timestamp>,
    pub(super) in_a_row: u32,
    pub(super) reserve: Vec<Timestamp>,
}

#[derive(Default)]
pub(super) struct Model {
    pub(super) now: Timestamp,
    pub(super) people: [ModelRecipient; 2],
    pub(super) challenges: Vec<ModelChallenge>,
}

pub(super) fn is_full(times: &[Timestamp], max: usize, now: Timestamp) -> bool {
    times.iter().filter(|time| **time + WINDOW > now).count() >= max
}

impl Model {
    pub(super) fn refused(&self, whose: usize) -> Option<Limit> {
        let person = &self.people[whose];
        match person.in_a_row >= IN_A_ROW {
            true => Some(Limit::RecipientLockout),
            false => is_full(&person.failures, FAILURES, self.now).then_some(Limit::FailuresPerRecipient),
        }
    }

    fn has_reserve(&self, whose: usize, device: Device) -> bool {
        device == Device::Trusted && !is_full(&self.people[whose].reserve, RESERVE, self.now)
    }

    pub(super) fn open(&mut self, whose: usize, device: Device) -> Option<Limit> {
        let is_full = is_full(&self.people[whose].sends, SENDS, self.now);
        let refused = self.refused(whose).filter(|_| !self.has_reserve(whose, device));
        let refused = refused.or(is_full.then_some(Limit::SendsPerRecipient));
        if refused.is_none() {
            self.people[whose].sends.push(self.now);
            let (status, ends) = (ChallengeStatus::Pending, self.now + TTL);
            self.challenges.push(ModelChallenge { whose, status, attempts: 0, ends });
        }
        refused
    }

    pub(super) fn answer(&mut self, which: usize, is_right: bool, by: By) -> String {
        if by == By::Stranger {
            return "Unknown".to_owned();
        }
        let status = self.challenges[which].status(self.now);
        if status != ChallengeStatus::Pending {
            return format!("ended {}", status.as_str());
        }
        if by == By::Throttled {
            return format!("limited {}", Limit::VerifyPerTenant.as_str());
        }
        let whose = self.challenges[which].whose;
        let device = if by == By::Voucher { Device::Trusted } else { Device::Unknown };
        let refused = self.refused(whose);
        if let Some(limit) = refused
            && !(self.challenges[which].attempts == 0 && self.has_reserve(whose, device))
        {
            return format!("limited {}", limit.as_str());
        }
        let challenge = &mut self.challenges[which];
        challenge.attempts += 1;
        if refused.is_some() {
            // On the reserve, which the row and the window of the others know nothing of.
            match is_right {
                true => {
                    challenge.status = ChallengeStatus::Verified;
                    return "verified".to_owned();
                }
                false => self.people[whose].reserve.push(self.now),
            }
            return format!("mismatched {}", MAX_ATTEMPTS - challenge.attempts);
        }
        if is_right {
            (challenge.status, self.people[whose].in_a_row) = (ChallengeStatus::Verified, 0);
            return "verified".to_owned();
        }
        self.people[whose].in_a_row += 1;
        self.people[whose].failures.push(self.now);
        if challenge.attempts == MAX_ATTEMPTS {
            challenge.status = ChallengeStatus::Exhausted;
        }
        format!("mismatched {}", MAX_ATTEMPTS - challenge.attempts)
    }

    pub(super) fn latest(&self, whose: usize) -> Option<usize> {
        let is_meant = |known: &ModelChallenge| {
            known.whose == whose && known.status(self.now) == ChallengeStatus::Pending
        };
        self.challenges.iter().rposition(is_meant)
    }

    pub(super) fn cancel(&mut self, which: usize) -> bool {
        let is_pending = self.challenges[which].status(self.now) == ChallengeStatus::Pending;
        if is_pending {
            self.challenges[which].status = ChallengeStatus::Canceled;
        }
        is_pending
    }
}
