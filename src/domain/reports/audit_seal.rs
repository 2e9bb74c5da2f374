//! Seals of the audit trail: each covers a segment of its rows and the seal before, so that nothing in between can be
//! changed, removed, added or moved without the key.

use std::cmp::Ordering;
use std::fmt;

use crate::domain::secret::SealDigest;
use crate::domain::time::Timestamp;

/// The maximum number of rows of a segment.
pub const MOST_ROWS: u32 = 20_000;

/// A row of the audit trail exactly as it is stored, which is what a seal covers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredRow {
    /// The identity.
    pub id: i64,
    /// The tenant.
    pub tenant: Option<i64>,
    /// The event.
    pub event: String,
    /// The challenge.
    pub challenge: Option<i64>,
    /// The masked recipient.
    pub recipient: Option<String>,
    /// The client's address.
    pub client_ip: Option<String>,
    /// Who did it.
    pub actor: Option<String>,
    /// What it was done to.
    pub object: Option<String>,
}

/// The seal of a segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditSeal {
    /// Its number, from 1 on, without a gap.
    pub number: u32,
    /// The identity below which its rows lie. They begin where those of the seal before end.
    pub until: i64,
    /// The number of rows.
    pub rows: u32,
    /// The digest of the rows.
    pub content: SealDigest,
    /// The digest of all that, and of the one of the seal before.
    pub digest: SealDigest,
    /// The version of the key.
    pub key: u32,
    /// When it was made.
    pub at: Timestamp,
    /// The proof that the trail begins after this seal: what lies before was kept long enough, and is deleted. Only the
    /// first seal that is there may have one.
    pub start: Option<SealDigest>,
}

impl AuditSeal {
    /// Returns the identity from which on the rows lie that come after a seal, or after none.
    pub fn end(seal: Option<&Self>) -> i64 {
        seal.map_or(i64::MIN, |seal| seal.until)
    }

    /// Returns what can be kept elsewhere.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { number: self.number, digest: self.digest, at: self.at }
    }
}

/// What somebody keeps elsewhere of a seal: nobody can replace what lies before it any more, whatever keys they have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// The number of the seal.
    pub number: u32,
    /// Its digest.
    pub digest: SealDigest,
    /// When it was made.
    pub at: Timestamp,
}

/// What the line of a checkpoint begins with.
const WORD: &str = "otpmint-audit";

impl Checkpoint {
    /// Parses a line, whatever the white space around it and between its words.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let (word, number, at, digest) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let is_whole = word == WORD && words.next().is_none();
        let number = number.parse().ok().filter(|number| *number > 0)?;
        is_whole.then_some(Self { number, digest: SealDigest::from_hex(digest)?, at: Timestamp::parse(at)? })
    }
}

/// Formats as one line: `otpmint-audit 17 2026-11-21T08:30:00Z` and the digest in hexadecimal digits.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{WORD} {} {} {}", self.number, self.at, self.digest.to_hex())
    }
}

/// The first thing about a trail that does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TrailBreak {
    /// There is no seal with this number, but later ones.
    Missing(u32),
    /// The seal was not made of what it says, or not after the one before.
    Seal(u32),
    /// The rows of the segment are not those that were sealed.
    Rows {
        /// The seal.
        number: u32,
        /// When it was made.
        at: Timestamp,
        /// How many were sealed.
        sealed: u32,
        /// How many there are.
        found: u32,
    },
    /// The trail is said to begin after this seal, and not because what lies before was kept long enough.
    Start(u32),
    /// The seal was made with a version of the key that is not there.
    UnknownKey(u32, u32),
    /// The seal is not the one of the checkpoint.
    Differs(u32),
    /// The checkpoint is older than what is kept, so that nothing can be compared with it any more.
    Outdated {
        /// The number of the checkpoint.
        checkpoint: u32,
        /// The number of the first seal that is there.
        first: u32,
    },
    /// The trail ends before the checkpoint.
    Cut {
        /// The number of the checkpoint.
        checkpoint: u32,
        /// The number of the last seal; 0 if there is none.
        last: u32,
    },
}

impl TrailBreak {
    /// Returns the word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing(_) => "seal_missing",
            Self::Seal(_) => "seal_changed",
            Self::Rows { sealed, found, .. } if sealed == found => "rows_changed",
            Self::Rows { sealed, found, .. } if sealed > found => "rows_missing",
            Self::Rows { .. } => "rows_added",
            Self::Start(_) => "start_changed",
            Self::UnknownKey(..) => "key_unknown",
            Self::Differs(_) => "checkpoint_differs",
            Self::Outdated { .. } => "checkpoint_outdated",
            Self::Cut { .. } => "cut",
        }
    }
}

/// Formats for whoever has to look into it.
impl fmt::Display for TrailBreak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(number) => {
                write!(f, "segment {number}: its seal is missing, and there are later ones")
            }
            Self::Seal(number) => {
                write!(f, "segment {number}: its seal was changed, or the one before it was replaced")
            }
            Self::Rows { number, at, sealed, found } => {
                write!(f, "segment {number}, sealed at {at}: ")?;
                match found.cmp(sealed) {
                    Ordering::Equal => write!(f, "at least one of its {sealed} rows was changed"),
                    Ordering::Less => write!(f, "of its {sealed} rows {} are missing", sealed - found),
                    Ordering::Greater => {
                        write!(f, "{} were added to its {sealed} rows", found - sealed)
                    }
                }
            }
            Self::Start(number) => {
                write!(f, "the trail is said to begin after segment {number}, which is not so")
            }
            Self::UnknownKey(number, version) => {
                write!(f, "segment {number}: version {version} of the key `audit` is not there")
            }
            Self::Differs(number) => write!(f, "segment {number}: its seal is not the one of the checkpoint"),
            Self::Outdated { checkpoint, first } => write!(
                f,
                "segment {checkpoint} of the checkpoint is not kept any more: the first one is {first}. Take a \
                 later checkpoint"
            ),
            Self::Cut { checkpoint, last } => {
                write!(f, "the trail ends with segment {last}, before segment {checkpoint} of the checkpoint")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_one_line_and_back() {
        let at = Timestamp::from_millis(1_795_334_400_000);
        let checkpoint = Checkpoint { number: 17, digest: SealDigest([0xab; 32]), at };
        let line = checkpoint.to_string();
        assert_eq!(line, format!("otpmint-audit 17 2026-11-22T08:00:00Z {}", "ab".repeat(32)));
        for text in [line.clone(), format!("  {}\n", line.replace(' ', "\t "))] {
            assert_eq!(Checkpoint::parse(&text), Some(checkpoint), "{text}");
        }
        let cut = &line[..line.len() - 1];
        let (zero, more, other) =
            (line.replace("17", "0"), format!("{line} x"), line.replace("otpmint", "x"));
        for bad in ["", cut, &zero, &more, &other, &line.replace("ab", "xy")] {
            assert_eq!(Checkpoint::parse(bad), None, "{bad}");
        }
    }
}
