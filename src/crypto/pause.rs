//! Marks of pages that wait before an answer: proof of when a page was shown, and of work that was done for it.
//!
//! A mark is worth one answer: it names the challenge and how many answers it has had. Nothing is stored for it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::domain::id::ChallengeId;
use crate::domain::secret::PauseMac;
use crate::domain::time::Timestamp;

/// The leading zero bits of the hash that work has to find: some hundred thousand tries.
pub const WORK_BITS: u32 = 17;

/// The longest work that is looked at, in bytes.
const MAX_WORK: usize = 20;

/// The moment at which a page was shown, with its proof.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The challenge of the page.
    pub challenge: ChallengeId,
    /// How many answers it had had.
    pub attempts: u8,
    /// When it was shown.
    pub at: Timestamp,
}

/// Writes a mark as it stands in the form of a page.
pub fn write(mark: &Mark, mac: &PauseMac) -> String {
    format!("{}.{}", mark.at.as_millis(), URL_SAFE_NO_PAD.encode(mac.0))
}

/// Reads when the page of a mark was shown, and its proof.
pub fn read(text: &str) -> Option<(Timestamp, PauseMac)> {
    let (at, mac) = text.split_once('.')?;
    let at = at.parse().ok().map(Timestamp::from_millis)?;
    let mac = URL_SAFE_NO_PAD.decode(mac).ok()?.try_into().ok()?;
    Some((at, PauseMac(mac)))
}

/// Returns whether `work` was found for a mark, as `templates/pages/page.js` finds it.
pub fn is_worked(text: &str, work: &str) -> bool {
    let Some((_, proof)) = text.split_once('.') else { return false };
    let is_number = (1..=MAX_WORK).contains(&work.len()) && work.bytes().all(|byte| byte.is_ascii_digit());
    is_number && zeros(&Sha256::digest(format!("{proof}.{work}"))) >= WORK_BITS
}

/// The number of leading zero bits.
fn zeros(hash: &[u8]) -> u32 {
    let first = hash.first_chunk().copied().map_or(u64::MAX, u64::from_be_bytes);
    first.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        Mark { challenge: ChallengeId(7), attempts: 0, at: Timestamp::from_millis(1_700_000_000_000) }
    }

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let (mark, mac) = (mark(), PauseMac([9; 32]));
        let text = write(&mark, &mac);
        assert_eq!(read(&text), Some((mark.at, mac)));
        for wrong in ["", ".", "12", "x.AAAA", "12.AAAA", "12.!"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn work_is_found_by_trying_and_belongs_to_one_mark() {
        let text = write(&mark(), &PauseMac([9; 32]));
        let found = (0..u64::MAX).map(|number| number.to_string()).find(|work| is_worked(&text, work));
        let found = found.expect("it takes some hundred thousand tries");
        let other = write(&mark(), &PauseMac([8; 32]));
        assert!(!is_worked(&other, &found));
        for wrong in ["", "-1", "1e9", "000000000000000000000"] {
            assert!(!is_worked(&text, wrong));
        }
    }
}
