//! Single facts about a store, as its engine reads and writes them, and what the marks of copies among them decide.

use super::marks::{Copying, CopyingState, Marked, MovedTo};

/// The key of [`MovedTo`].
const MOVED_TO: &str = "moved_to";

/// The key of [`Copying`].
const COPYING: &str = "copying";

/// Single facts about a store: rows of `meta`.
pub trait Facts {
    /// The engine's error.
    type Error;

    /// Returns a fact.
    fn fact(&self, key: &str) -> Result<Option<Vec<u8>>, Self::Error>;

    /// Records a fact.
    fn record(&self, key: &str, value: &[u8]) -> Result<(), Self::Error>;

    /// Forgets a fact.
    fn forget(&self, key: &str) -> Result<(), Self::Error>;

    /// Returns the mark for which nobody may start on the store, if it has one.
    fn marked(&self) -> Result<Option<Marked>, Self::Error> {
        if let Some(moved) = self.fact(MOVED_TO)? {
            return Ok(Some(Marked::Moved(MovedTo::parse(&moved))));
        }
        Ok(self.fact(COPYING)?.map(|_| Marked::Unfinished))
    }

    /// Refuses a store that a copy has left, or has not finished.
    fn refuse_marked<E: From<Self::Error> + From<Marked>>(&self) -> Result<(), E> {
        self.marked()?.map_or(Ok(()), |marked| Err(marked.into()))
    }

    /// Records where the store has moved to.
    fn mark_moved(&self, moved: &MovedTo) -> Result<(), Self::Error> {
        self.record(MOVED_TO, &moved.to_bytes())
    }

    /// Lets everybody start on the store although it was copied elsewhere. Returns where that was; `None` if it
    /// was not.
    fn take_back(&self) -> Result<Option<MovedTo>, Self::Error> {
        let moved = self.fact(MOVED_TO)?.map(|bytes| MovedTo::parse(&bytes));
        if moved.is_some() {
            self.forget(MOVED_TO)?;
        }
        Ok(moved)
    }

    /// Records how far a copy into the store has come.
    fn mark_copying(&self, copying: &Copying) -> Result<(), Self::Error> {
        self.record(COPYING, &copying.to_bytes())
    }

    /// Lets everybody start on the store that a copy has filled.
    fn open_up(&self) -> Result<(), Self::Error> {
        self.forget(COPYING)
    }

    /// The same if this copy has filled it. Returns whether it was so.
    fn open_up_if_filled(&self, copy: u64) -> Result<bool, Self::Error> {
        let found = self.fact(COPYING)?.map(|bytes| Copying::parse(&bytes));
        let is_filled = found == Some(Copying { copy, state: CopyingState::Filled });
        if is_filled {
            self.open_up()?;
        }
        Ok(is_filled)
    }
}
