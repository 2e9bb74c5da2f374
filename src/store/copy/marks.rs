//! What a copy leaves in `meta`, in the store that it was made of and in the one that it fills.

use std::fmt;

use crate::domain::time::Timestamp;

/// A mark for which nobody may start on a store, as the error for whoever wants to.
#[derive(Debug, thiserror::Error)]
pub enum Marked {
    /// The store was copied elsewhere.
    #[error("{0}")]
    Moved(MovedTo),
    /// A copy into the store is not finished.
    #[error(
        "a copy into this database was begun and has not been finished: run the same `otpmint store copy` again, or \
         remove everything from here"
    )]
    Unfinished,
}

impl Marked {
    /// Returns whether a copy was cut off in a store with this mark, so that another one may fill it. Fails for one
    /// that was copied elsewhere, which is kept as it was; `instead` says what can be done.
    pub fn is_cut_off(found: Option<Self>, instead: &str) -> Result<bool, String> {
        match found {
            None => Ok(false),
            Some(Self::Unfinished) => Ok(true),
            Some(Self::Moved(MovedTo { place, at, .. })) => {
                Err(format!("it was copied to {place} at {at}, and is kept as it was: {instead}"))
            }
        }
    }
}

/// Where a store has moved to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MovedTo {
    /// The copy.
    pub copy: u64,
    /// When.
    pub at: Timestamp,
    /// The file, or the hosts and the database; without a password.
    pub place: String,
}

impl MovedTo {
    /// Returns what is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        format!("{:016x} {} {}", self.copy, self.at.as_millis(), self.place).into_bytes()
    }

    /// Parses what is stored. A store with an unknown mark has moved as well.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut words = text.splitn(3, ' ');
        let mut next = || words.next().unwrap_or_default();
        let (copy, at) = (u64::from_str_radix(next(), 16), next().parse());
        Self {
            copy: copy.unwrap_or_default(),
            at: Timestamp::from_millis(at.unwrap_or_default()),
            place: next().to_owned(),
        }
    }
}

/// The error for whoever wants to use the store.
impl fmt::Display for MovedTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, place, .. } = self;
        write!(
            f,
            "everything was copied to {place} at {at}, which is used instead: set store.url to it. To come back \
             here, copy it back with `otpmint store copy`. To give up what has happened there, see `otpmint \
             store take-back --help`"
        )
    }
}

/// A store that a copy fills, or has filled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Copying {
    /// The copy.
    pub copy: u64,
    /// How far it has come.
    pub state: CopyingState,
}

/// How far a copy has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyingState {
    /// What is there may be a part.
    Filling,
    /// Everything is there, and was compared. Whether the source has been left is not known.
    Filled,
}

impl CopyingState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Filling => "filling",
            Self::Filled => "filled",
        }
    }
}

impl Copying {
    /// Returns what is stored.
    pub fn to_bytes(self) -> Vec<u8> {
        format!("{:016x} {}", self.copy, self.state.as_str()).into_bytes()
    }

    /// Parses what is stored. What is not understood is a part.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (copy, word) = text.split_once(' ').unwrap_or_default();
        let copy = u64::from_str_radix(copy, 16).unwrap_or_default();
        let filled = CopyingState::Filled;
        Self { copy, state: if word == filled.as_str() { filled } else { CopyingState::Filling } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_were_written_and_unknown_ones_let_nobody_in() {
        let place = "postgres://me@a,b/a database".to_owned();
        let moved = MovedTo { copy: u64::MAX - 1, at: Timestamp::from_millis(1_800_000_000_000), place };
        assert_eq!(MovedTo::parse(&moved.to_bytes()), moved);
        assert!(moved.to_string().contains("postgres://me@a,b/a database"));
        assert_eq!(MovedTo::parse(b"?").place, "");
        for state in [CopyingState::Filling, CopyingState::Filled] {
            let copying = Copying { copy: 7, state };
            assert_eq!(Copying::parse(&copying.to_bytes()), copying);
        }
        assert_eq!(Copying::parse(b"?").state, CopyingState::Filling);
    }
}
