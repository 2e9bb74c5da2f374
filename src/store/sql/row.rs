//! Columns to domain types. A value that no version of this program wrote is a broken database.

use serde::de::DeserializeOwned;

use super::failed::{Failed, Result};
use super::value::{Column, Value};

/// A row, as an engine has it.
pub trait Columns {
    /// What stands in a column, counted from 0.
    fn column(&self, index: usize) -> Result<Value<'_>>;
}

/// The columns of a row, one after the other, in the order in which the query names them: none is
/// looked up by its name.
pub struct Row<'a> {
    columns: &'a dyn Columns,
    next: usize,
}

impl<'a> Row<'a> {
    pub fn of(columns: &'a dyn Columns) -> Self {
        Self { columns, next: 0 }
    }

    /// The next column as it stands there.
    pub fn value(&mut self) -> Result<Value<'a>> {
        self.next += 1;
        self.columns.column(self.next - 1)
    }

    /// The next column; an `Option` of it if it may be NULL.
    pub fn get<T: Column>(&mut self) -> Result<T> {
        let value = self.value()?;
        T::of(value).ok_or_else(|| self.unknown())
    }

    /// The next column, which holds bytes, without a copy of them.
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        match self.value()? {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(self.unknown()),
        }
    }

    /// A text that stands for a domain type.
    pub fn word<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        self.maybe_word(parse)?.ok_or_else(|| self.unknown())
    }

    /// The same of a column that may be NULL.
    pub fn maybe_word<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Text(text) => parse(text).map(Some).ok_or_else(|| self.unknown()),
            _ => Err(self.unknown()),
        }
    }

    /// A JSON column; NULL means the default.
    pub fn json<T: DeserializeOwned + Default>(&mut self) -> Result<T> {
        match self.value()? {
            Value::Null => Ok(T::default()),
            Value::Text(text) => serde_json::from_str(text).map_err(|error| Failed::Operation(error.into())),
            _ => Err(self.unknown()),
        }
    }

    /// The last column that was looked at means nothing to us. What it holds may be a secret.
    fn unknown(&self) -> Failed {
        Failed::Operation(format!("column {} has a value that this version does not know", self.next).into())
    }
}
