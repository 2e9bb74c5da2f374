//! Values in PostgreSQL's binary format.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::store::sql::failed::{Failed, Result};
use crate::store::sql::row::Columns;
use crate::store::sql::value::Value;

type Converted<T> = std::result::Result<T, Box<dyn Error + Sync + Send>>;

/// A value that is bound to a parameter.
#[derive(Clone, Copy)]
pub(super) struct Bound<'a>(pub(super) Value<'a>);

/// The same, kept until it is sent.
#[derive(Hash)]
pub(super) enum Kept {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Kept {
    pub(super) fn of(value: Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Int(number) => Self::Int(number),
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Bytes(bytes) => Self::Bytes(bytes.to_owned()),
        }
    }

    fn bound(&self) -> Bound<'_> {
        Bound(match self {
            Self::Null => Value::Null,
            Self::Int(number) => Value::Int(*number),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
        })
    }
}

/// Values are not shown, because they may be secrets.
macro_rules! hidden {
    ($($name:ty),*) => {
        $(
            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("a value")
                }
            }
        )*
    };
}
hidden!(Bound<'_>, Kept, Parameter);

/// What is bound to a parameter later: a value, or one for each of many rows.
pub(super) enum Parameter {
    One(Kept),
    Many(Vec<Kept>),
}

impl ToSql for Kept {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Converted<IsNull> {
        self.bound().to_sql(ty, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl ToSql for Parameter {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Converted<IsNull> {
        match self {
            Self::One(value) => value.to_sql(ty, out),
            Self::Many(values) => values.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Converted<IsNull> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Int(number) => match *ty {
                Type::INT8 => out.extend_from_slice(&number.to_be_bytes()),
                Type::INT4 => out.extend_from_slice(&i32::try_from(number)?.to_be_bytes()),
                Type::INT2 => out.extend_from_slice(&i16::try_from(number)?.to_be_bytes()),
                _ => return Err(format!("a number for a parameter of type {ty}").into()),
            },
            Value::Text(text) => match *ty {
                Type::TEXT | Type::VARCHAR | Type::UNKNOWN => out.extend_from_slice(text.as_bytes()),
                _ => return Err(format!("a text for a parameter of type {ty}").into()),
            },
            Value::Bytes(bytes) => match *ty {
                Type::BYTEA => out.extend_from_slice(bytes),
                _ => return Err(format!("bytes for a parameter of type {ty}").into()),
            },
        }
        Ok(IsNull::No)
    }

    /// [`Self::to_sql`] checks it, because what is accepted depends on the value.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A column, borrowed from its row.
struct Read<'a>(Value<'a>);

impl<'a> FromSql<'a> for Read<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Converted<Self> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Value::Int(i32::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => Value::Int(i64::from(raw == [1])),
            Type::TEXT | Type::VARCHAR => Value::Text(std::str::from_utf8(raw)?),
            Type::BYTEA => Value::Bytes(raw),
            _ => return Err(format!("a column of type {ty}, of which there are none").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Converted<Self> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A row, whose columns are read as values.
pub(super) struct PgRow(pub(super) tokio_postgres::Row);

impl Columns for PgRow {
    fn column(&self, index: usize) -> Result<Value<'_>> {
        let read = self.0.try_get::<_, Read<'_>>(index);
        read.map(|Read(value)| value).map_err(|error| Failed::Operation(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_refused_for_a_type_that_cannot_hold_it() {
        let fits = |value, ty: Type| Bound(value).to_sql(&ty, &mut BytesMut::new()).is_ok();
        assert!(fits(Value::Int(1 << 40), Type::INT8) && !fits(Value::Int(1 << 40), Type::INT4));
        assert!(fits(Value::Text("a"), Type::TEXT) && !fits(Value::Text("a"), Type::BYTEA));
        assert!(fits(Value::Bytes(b"a"), Type::BYTEA) && !fits(Value::Bytes(b"a"), Type::TEXT));
        assert!(fits(Value::Null, Type::INT8) && !fits(Value::Int(1), Type::TEXT));
    }

    #[test]
    fn a_value_is_not_shown() {
        assert_eq!(format!("{:?}", Bound(Value::Text("secret"))), "a value");
    }
}
