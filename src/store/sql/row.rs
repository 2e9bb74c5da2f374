//! Conversion of columns to domain types. A value that no version of this program wrote means that
//! the database is corrupt.

use serde::de::DeserializeOwned;

use super::failed::{Failed, Result};
use super::value::{Column, Value};

/// A row, as implemented by an engine.
pub trait Columns {
    /// Returns the value of a column, counted from 0.
    fn column(&self, index: usize) -> Result<Value<'_>>;
}

/// The columns of a row, read one after the other in the order of the query, without looking them
/// up by name.
pub struct Row<'a> {
    columns: &'a dyn Columns,
    next: usize,
}

impl<'a> Row<'a> {
    pub fn of(columns: &'a dyn Columns) -> Self {
        Self { columns, next: 0 }
    }

    /// Returns the raw value of the next column.
    pub fn value(&mut self) -> Result<Value<'a>> {
        self.next += 1;
        self.columns.column(self.next - 1)
    }

    /// Returns the next column; use an `Option` if it may be NULL.
    pub fn get<T: Column>(&mut self) -> Result<T> {
        let value = self.value()?;
        T::of(value).ok_or_else(|| self.unknown())
    }

    /// Returns the bytes of the next column without copying them.
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        match self.value()? {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(self.unknown()),
        }
    }

    /// Parses the next column, a text, into a domain type.
    pub fn word<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        self.maybe_word(parse)?.ok_or_else(|| self.unknown())
    }

    /// Parses the next column, a text that may be NULL, into a domain type.
    pub fn maybe_word<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Text(text) => parse(text).map(Some).ok_or_else(|| self.unknown()),
            _ => Err(self.unknown()),
        }
    }

    /// Parses the next column as JSON; NULL means the default.
    pub fn json<T: DeserializeOwned + Default>(&mut self) -> Result<T> {
        match self.value()? {
            Value::Null => Ok(T::default()),
            Value::Text(text) => serde_json::from_str(text).map_err(|error| Failed::Operation(error.into())),
            _ => Err(self.unknown()),
        }
    }

    /// Returns the error for an unknown value in the last column. The value is not included,
    /// because it may be a secret.
    fn unknown(&self) -> Failed {
        Failed::Operation(format!("column {} has a value that this version does not know", self.next).into())
    }
}
