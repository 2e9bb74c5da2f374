//! The proofs of when a page was shown.

use crate::crypto::key::Key;
use crate::crypto::pause::{self, Mark};
use crate::domain::id::ChallengeId;
use crate::domain::secret::{PauseMac, tagged};
use crate::domain::time::Timestamp;

use super::Keyring;
use super::ring::Version;

impl Keyring {
    /// Returns the mark for the form of a page.
    pub fn pause_mark(&self, mark: &Mark) -> String {
        pause::write(mark, &prove(self.present.ring().request.in_use(), mark))
    }

    /// Returns when the page was shown whose form has this mark; `None` if it is of another challenge, has served for an
    /// answer, or is made up.
    pub fn shown_at(&self, text: &str, challenge: ChallengeId, attempts: u8) -> Option<Timestamp> {
        let (at, mac) = pause::read(text)?;
        let mark = Mark { challenge, attempts, at };
        let ring = self.present.ring();
        ring.request.present_first().any(|version| prove(version, &mark) == mac).then_some(at)
    }
}

fn prove(version: &Version<Key>, mark: &Mark) -> PauseMac {
    let (challenge, at) = (mark.challenge.0.to_be_bytes(), mark.at.as_millis().to_be_bytes());
    PauseMac(tagged(version.number, version.key.mac(&[b"pause/1", &challenge, &[mark.attempts], &at])))
}
