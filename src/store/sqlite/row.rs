//! Columns to domain types. A value that no version of this program wrote is a broken file.

use rusqlite::types::{FromSql, Type};
use rusqlite::{Row, RowIndex};
use serde::de::DeserializeOwned;

use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

/// The columns of a row, one after the other, in the order in which the query names them: what a
/// query does thousands of times a second is not to look each of them up by its name.
pub(super) struct Columns<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl<'a> Columns<'a> {
    pub(super) fn of(row: &'a Row<'a>) -> Self {
        Self { row, next: 0 }
    }

    /// The index of the next column.
    fn step(&mut self) -> usize {
        self.next += 1;
        self.next - 1
    }

    pub(super) fn get<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.row.get(self.step())
    }

    /// A text that stands for a domain type.
    pub(super) fn word<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> rusqlite::Result<T> {
        word(self.row, self.step(), parse)
    }

    /// The same of a column that may hold nothing.
    pub(super) fn maybe_word<T>(
        &mut self,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> rusqlite::Result<Option<T>> {
        maybe_word(self.row, self.step(), parse)
    }

    pub(super) fn moment(&mut self) -> rusqlite::Result<Timestamp> {
        moment(self.row, self.step())
    }

    pub(super) fn maybe_moment(&mut self) -> rusqlite::Result<Option<Timestamp>> {
        maybe_moment(self.row, self.step())
    }

    /// A JSON column; nothing in it means the default.
    pub(super) fn json<T: DeserializeOwned + Default>(&mut self) -> rusqlite::Result<T> {
        json(self.row, self.step())
    }

    /// A recipient's index, unless it has been erased.
    pub(super) fn recipient(&mut self) -> rusqlite::Result<Option<RecipientIndex>> {
        recipient(self.row, self.step())
    }
}

/// A column whose value means nothing to us.
#[derive(Debug, thiserror::Error)]
#[error("a value that this version does not know")]
struct Unknown;

/// Turns the text of a column into a domain type.
pub(super) fn word<T>(
    row: &Row,
    column: impl RowIndex,
    parse: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<T> {
    let index = column.idx(row.as_ref())?;
    let text = row.get_ref(index)?.as_str()?;
    parse(text).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(Unknown)))
}

/// The same of a column that may hold nothing.
pub(super) fn maybe_word<T>(
    row: &Row,
    column: impl RowIndex,
    parse: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    let index = column.idx(row.as_ref())?;
    match row.get_ref(index)?.as_str_or_null()? {
        Some(_) => word(row, index, parse).map(Some),
        None => Ok(None),
    }
}

/// A moment.
pub(super) fn moment(row: &Row, column: impl RowIndex) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

/// A moment that may be absent.
pub(super) fn maybe_moment(row: &Row, column: impl RowIndex) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
}

/// A JSON column; nothing in it means the default.
pub(super) fn json<T: DeserializeOwned + Default>(row: &Row, column: impl RowIndex) -> rusqlite::Result<T> {
    let index = column.idx(row.as_ref())?;
    let Some(text) = row.get_ref(index)?.as_str_or_null()? else { return Ok(T::default()) };
    let broken = |error| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error));
    serde_json::from_str(text).map_err(broken)
}

/// A recipient's index, unless it has been erased.
pub(super) fn recipient(row: &Row, column: impl RowIndex) -> rusqlite::Result<Option<RecipientIndex>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(RecipientIndex))
}
