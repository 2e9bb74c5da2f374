//! Requests that may be repeated without being carried out twice (`Idempotency-Key`).

use std::time::Duration;

use crate::domain::challenges::challenge::ChallengeStatus;
use crate::domain::id::ChallengeId;
use crate::domain::secret::{RequestDigest, Sealed};

/// How long a request is remembered, at least.
pub const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// What a tenant's request is recognised by when it comes again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Once {
    /// The route and the key that the caller chose.
    pub key: RequestDigest,
    /// Everything that was asked: path and body.
    pub fingerprint: RequestDigest,
    /// Key and fingerprint under the other versions of the key that makes them: the request may
    /// have been carried out before a rotation.
    pub others: Vec<(RequestDigest, RequestDigest)>,
}

impl Once {
    /// All keys under which the request may be remembered, the present one first.
    pub fn keys(&self) -> impl Iterator<Item = RequestDigest> {
        std::iter::once(self.key).chain(self.others.iter().map(|(key, _)| *key))
    }
}

/// What a request has changed. One that changed nothing is not remembered: deciding about it
/// again does no harm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It opened a challenge.
    Opened(ChallengeId),
    /// It sent a challenge's code again.
    Resent(ChallengeId),
    /// It gave the right code.
    Verified(ChallengeId),
    /// It gave a wrong code, which was counted.
    Mismatched {
        /// Answers that could still be evaluated then.
        attempts_remaining: u8,
    },
}

impl Outcome {
    /// The challenge as far as its answer tells.
    pub fn challenge(self) -> Option<ChallengeId> {
        match self {
            Self::Opened(id) | Self::Resent(id) | Self::Verified(id) => Some(id),
            Self::Mismatched { .. } => None,
        }
    }

    /// The word used in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Resent(_) => "resent",
            Self::Verified(_) => ChallengeStatus::Verified.as_str(),
            Self::Mismatched { .. } => "mismatched",
        }
    }

    /// The outcome of this word, if there is one.
    pub fn parse(word: &str, challenge: Option<ChallengeId>, remaining: Option<u8>) -> Option<Self> {
        match word {
            "opened" => challenge.map(Self::Opened),
            "resent" => challenge.map(Self::Resent),
            "verified" => challenge.map(Self::Verified),
            "mismatched" => remaining.map(|attempts_remaining| Self::Mismatched { attempts_remaining }),
            _ => None,
        }
    }
}

/// What is known of a request that was carried out before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// What was asked then.
    pub fingerprint: RequestDigest,
    /// What came of it.
    pub outcome: Outcome,
    /// The body that was answered, without a receipt; `None` when the server died before it could
    /// be kept.
    pub answer: Option<Sealed>,
    /// The receipt that was answered, for as long as it is valid.
    pub receipt: Option<Sealed>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_found_by_its_word() {
        let id = ChallengeId(7);
        let mismatched = Outcome::Mismatched { attempts_remaining: 2 };
        for outcome in [Outcome::Opened(id), Outcome::Resent(id), Outcome::Verified(id), mismatched] {
            let remaining = matches!(outcome, Outcome::Mismatched { .. }).then_some(2);
            assert_eq!(Outcome::parse(outcome.as_str(), outcome.challenge(), remaining), Some(outcome));
        }
        assert_eq!(Outcome::parse("opened", None, None), None);
    }
}
