//! Challenges: one pending code for one recipient, and how trying it is decided.

use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::delivery::{DeliveryError, DeliveryStatus};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

/// Where a challenge stands. Everything but `Pending` is final.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ChallengeStatus {
    /// Waiting for the right code.
    Pending,
    /// The right code was given, once.
    Verified,
    /// Its time ran out.
    Expired,
    /// Its attempts are spent.
    Exhausted,
    /// Called off, by its tenant or because it could not be delivered.
    Canceled,
}

impl ChallengeStatus {
    /// Every status.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Verified, Self::Expired, Self::Exhausted, Self::Canceled];

    /// The word used in JSON, logs, metrics and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Expired => "expired",
            Self::Exhausted => "exhausted",
            Self::Canceled => "canceled",
        }
    }

    /// The status of this word, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// What a code's keyed hash is bound to, beside the code itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    /// The tenant that minted it.
    pub tenant: TenantId,
    /// The challenge.
    pub challenge: ChallengeId,
    /// What the code is for.
    pub purpose: Purpose,
    /// The medium it went through.
    pub channel: ChannelKind,
    /// Who it went to.
    pub recipient: RecipientIndex,
}

/// A challenge's changing part: what decides whether an answer is evaluated at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The status as last recorded; expiry may have overtaken it.
    pub status: ChallengeStatus,
    /// Answers evaluated so far.
    pub attempts: u8,
    /// Answers that may be evaluated.
    pub max_attempts: u8,
    /// When the code stops working.
    pub expires_at: Timestamp,
}

impl Standing {
    /// The status at `now`: a pending challenge whose time is up has expired, whether or not
    /// anybody has noted it yet.
    pub fn status_at(&self, now: Timestamp) -> ChallengeStatus {
        match self.status {
            ChallengeStatus::Pending if now >= self.expires_at => ChallengeStatus::Expired,
            status => status,
        }
    }

    /// Answers that may still be evaluated.
    pub fn attempts_remaining(&self) -> u8 {
        self.max_attempts.saturating_sub(self.attempts)
    }

    /// Counts one answer. Comes before the comparison, so that a crash between the two costs the
    /// guesser an attempt and never gives one away.
    #[must_use]
    pub fn counted(self) -> Self {
        Self { attempts: self.attempts.saturating_add(1), ..self }
    }

    /// The standing after a counted answer was compared.
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

/// A challenge as its tenant may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// Its row.
    pub id: ChallengeId,
    /// What the code is for.
    pub purpose: Purpose,
    /// The medium.
    pub channel: ChannelKind,
    /// The recipient, masked; `None` as long as its page has not been given one.
    pub to: Option<String>,
    /// Status, attempts and deadline.
    pub standing: Standing,
    /// Messages that may still be sent.
    pub sends_remaining: u8,
    /// When the next one may be; `None` when there is none.
    pub resend_at: Option<Timestamp>,
    /// What the tenant attached.
    pub details: Details,
    /// Where the latest message stands; `None` where its tenant delivers the code by itself.
    pub delivery: Option<DeliveryStatus>,
    /// When it got there.
    pub delivery_at: Option<Timestamp>,
    /// Why it failed, or why the last try did.
    pub delivery_error: Option<DeliveryError>,
}

impl Challenge {
    /// When it was minted, as its identity tells.
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
