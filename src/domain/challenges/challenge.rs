//! Challenges: one pending code for one recipient, and how an attempt is decided.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::device::Device;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

/// The status of a challenge. Every status but `Pending` is final.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChallengeStatus {
    /// Waiting for the right code.
    Pending,
    /// The right code was given, once.
    Verified,
    /// The deadline passed.
    Expired,
    /// All attempts were used.
    Exhausted,
    /// Canceled, by its tenant or because the code could not be delivered.
    Canceled,
}

impl ChallengeStatus {
    /// Every status.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Verified, Self::Expired, Self::Exhausted, Self::Canceled];

    /// Returns the word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Expired => "expired",
            Self::Exhausted => "exhausted",
            Self::Canceled => "canceled",
        }
    }

    /// Returns the status that this word names, if any.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// The values that a code's keyed hash is bound to, besides the code itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The tenant that minted it.
    pub tenant: TenantId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// What the code is for.
    pub purpose: Purpose,
    /// The channel that the code was sent over.
    pub channel: ChannelKind,
    /// The recipient of the code.
    pub recipient: RecipientIndex,
}

/// The part of a challenge that changes: it decides whether an answer is evaluated at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The last recorded status; the challenge may have expired since.
    pub status: ChallengeStatus,
    /// Number of answers evaluated so far.
    pub attempts: u8,
    /// Number of answers that may be evaluated; none if the code is relayed.
    pub max_attempts: u8,
    /// When the code expires.
    pub expires_at: Timestamp,
}

impl Standing {
    /// Returns the status at `now`: a pending challenge whose deadline has passed is expired, even
    /// if no row says so yet.
    pub fn status_at(&self, now: Timestamp) -> ChallengeStatus {
        match self.status {
            ChallengeStatus::Pending if now >= self.expires_at => ChallengeStatus::Expired,
            status => status,
        }
    }

    /// Returns whether the code was only relayed: somebody else has made it and checks it.
    pub fn is_relayed(&self) -> bool {
        self.max_attempts == 0
    }

    /// Returns how many more answers may be evaluated.
    pub fn attempts_remaining(&self) -> u8 {
        self.max_attempts.saturating_sub(self.attempts)
    }

    /// Returns what the stated device is worth here: a challenge that somebody has answered before is the same for
    /// all devices.
    pub fn device(&self, stated: Device) -> Device {
        if self.attempts == 0 { stated } else { Device::Unknown }
    }

    /// Returns the standing with at most so many answers, if a number is given; `None` if none of them is left.
    pub fn cut_to(self, most: Option<u8>) -> Option<Self> {
        let max_attempts = most.map_or(self.max_attempts, |most| self.max_attempts.min(most));
        (self.attempts < max_attempts).then_some(Self { max_attempts, ..self })
    }

    /// Counts one answer. This happens before the comparison, so that a crash between the two costs
    /// the guesser an attempt and never grants an extra one.
    #[must_use]
    pub fn counted(self) -> Self {
        Self { attempts: self.attempts.saturating_add(1), ..self }
    }

    /// Returns the standing after a counted answer was compared.
    #[must_use]
    pub fn compared(self, answer_is_right: bool) -> Self {
        let status = match (answer_is_right, self.attempts_remaining()) {
            (true, _) => ChallengeStatus::Verified,
            (false, 0) => ChallengeStatus::Exhausted,
            (false, _) => ChallengeStatus::Pending,
        };
        Self { status, ..self }
    }
}

/// A challenge as its tenant sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// The challenge's row.
    pub id: ChallengeId,
    /// What the code is for.
    pub purpose: Purpose,
    /// The channel.
    pub channel: ChannelKind,
    /// The masked recipient; `None` until a visitor of the hosted page has given one.
    pub to: Option<String>,
    /// Status, attempts and deadline.
    pub standing: Standing,
    /// Number of messages that may be sent in all, fixed at the mint whatever the policy is now.
    pub max_sends: u8,
    /// Number of messages that may still be sent.
    pub sends_remaining: u8,
    /// When the next message may be sent; `None` if no more may be.
    pub resend_at: Option<Timestamp>,
    /// The details that the tenant attached.
    pub details: Details,
    /// The status of the latest message; `None` if the tenant delivers the code itself.
    pub delivery: Option<DeliveryStatus>,
    /// When the delivery reached that status.
    pub delivery_at: Option<Timestamp>,
    /// Why the delivery failed, or why its last try did.
    pub delivery_error: Option<DeliveryError>,
}

impl Challenge {
    /// Returns the revision: attempts, messages and the recorded status only ever go forward.
    pub fn revision(&self) -> i64 {
        let status = ChallengeStatus::ALL.iter().position(|status| *status == self.standing.status);
        let sends = self.max_sends.saturating_sub(self.sends_remaining);
        let parts = [status.unwrap_or_default() as i64, i64::from(sends), i64::from(self.standing.attempts)];
        parts.into_iter().fold(0, |revision, part| revision * 1_000 + part)
    }

    /// Returns when the challenge was minted, as encoded in its identity.
    pub fn minted_at(&self) -> Timestamp {
        crate::domain::id::moment(self.id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(attempts: u8) -> Standing {
        Standing {
            status: ChallengeStatus::Pending,
            attempts,
            max_attempts: 5,
            expires_at: Timestamp::from_millis(1_000),
        }
    }

    #[test]
    fn expires_at_the_deadline_and_not_before() {
        assert_eq!(standing(0).status_at(Timestamp::from_millis(999)), ChallengeStatus::Pending);
        assert_eq!(standing(0).status_at(Timestamp::from_millis(1_000)), ChallengeStatus::Expired);
    }

    #[test]
    fn the_last_allowed_answer_counts_and_one_more_does_not_exist() {
        assert_eq!(standing(3).counted().compared(false).status, ChallengeStatus::Pending);
        assert_eq!(standing(4).counted().compared(false).status, ChallengeStatus::Exhausted);
        assert_eq!(standing(4).counted().compared(true).status, ChallengeStatus::Verified);
    }

    #[test]
    fn attempts_are_cut_and_never_added() {
        assert_eq!(standing(1).cut_to(Some(2)).map(|cut| cut.attempts_remaining()), Some(1));
        assert_eq!(standing(2).cut_to(Some(2)), None);
        assert_eq!(standing(2).cut_to(Some(9)), Some(standing(2)));
        assert_eq!(standing(2).cut_to(None), Some(standing(2)));
    }

    #[test]
    fn a_final_status_is_not_overtaken_by_expiry() {
        let verified = standing(0).counted().compared(true);
        assert_eq!(verified.status_at(Timestamp::from_millis(5_000)), ChallengeStatus::Verified);
    }

    #[test]
    fn every_status_is_found_by_its_word() {
        for status in ChallengeStatus::ALL {
            assert_eq!(ChallengeStatus::parse(status.as_str()), Some(status));
        }
    }
}
