//! Columns to domain types. A value that no version of this program wrote is a broken file.

use rusqlite::Row;
use rusqlite::types::Type;

use crate::domain::secret::RecipientIndex;
use crate::domain::time::Timestamp;

/// A column whose value means nothing to us.
#[derive(Debug, thiserror::Error)]
#[error("a value that this version does not know")]
struct Unknown;

/// Turns the text of a column into a domain type.
pub(super) fn word<T>(row: &Row, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> rusqlite::Result<T> {
    let index = row.as_ref().column_index(column)?;
    let text = row.get_ref(index)?.as_str()?;
    parse(text).ok_or_else(|| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(Unknown)))
}

/// The same of a column that may hold nothing.
pub(super) fn maybe_word<T>(
    row: &Row,
    column: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)?.as_str_or_null()? {
        Some(_) => word(row, column, parse).map(Some),
        None => Ok(None),
    }
}

/// A moment.
pub(super) fn moment(row: &Row, column: &str) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

/// A moment that may be absent.
pub(super) fn maybe_moment(row: &Row, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
}

/// A JSON column; nothing in it means the default.
pub(super) fn json<T: serde::de::DeserializeOwned + Default>(row: &Row, column: &str) -> rusqlite::Result<T> {
    let index = row.as_ref().column_index(column)?;
    let Some(text) = row.get_ref(index)?.as_str_or_null()? else { return Ok(T::default()) };
    let broken = |error| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error));
    serde_json::from_str(text).map_err(broken)
}

/// A recipient's index, unless it has been erased.
pub(super) fn recipient(row: &Row, column: &str) -> rusqlite::Result<Option<RecipientIndex>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(RecipientIndex))
}
