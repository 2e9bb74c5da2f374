//! The values that are bound to statements and read from columns.

use crate::domain::factors::factor::{FactorId, RecoveryCodeId};
use crate::domain::id::{ChallengeId, TenantId};
use crate::domain::node::{Node, NodeSession};
use crate::domain::operator::OperatorId;
use crate::domain::phone::country::Country;
use crate::domain::secret::{
    CodeHash, IdentityIndex, OperatorTokenHash, RecipientIndex, RecoveryHash, RequestDigest, ResultHash,
    SealDigest, Sealed, SecretKeyHash, TokenHash, TrailKey, TryPlace,
};
use crate::domain::tenants::oauth::LoginId;
use crate::domain::time::Timestamp;
use crate::domain::webhooks::event::EventId;
use crate::domain::webhooks::webhook::WebhookId;

/// A value of a column. Flags are the numbers 0 and 1, moments are milliseconds.
#[derive(Clone, Copy)]
pub enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// The parameters of a statement: `with![tenant, &name, now]`.
macro_rules! with {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::sql::value::Value::from($value)),*]
    };
}
pub(crate) use with;

/// A type that can be read from a column; `None` means a value that no version of this program wrote.
pub trait Column: Sized {
    fn of(value: Value<'_>) -> Option<Self>;
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Column> Column for Option<T> {
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::of(value).map(Some),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl Column for String {
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

impl Column for Vec<u8> {
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.to_owned()),
            _ => None,
        }
    }
}

impl<const N: usize> Column for [u8; N] {
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => bytes.try_into().ok(),
            _ => None,
        }
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Int(flag.into())
    }
}

impl Column for bool {
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(flag) => Some(flag != 0),
            _ => None,
        }
    }
}

/// A number of rows; one that does not fit means all rows.
impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(moment: Timestamp) -> Self {
        Self::Int(moment.as_millis())
    }
}

impl Column for Timestamp {
    fn of(value: Value<'_>) -> Option<Self> {
        i64::of(value).map(Self::from_millis)
    }
}

impl From<Node> for Value<'_> {
    fn from(node: Node) -> Self {
        Self::Int(node.number().into())
    }
}

impl Column for Node {
    fn of(value: Value<'_>) -> Option<Self> {
        u16::of(value).map(Self::numbered)
    }
}

impl<'a> From<&'a Sealed> for Value<'a> {
    fn from(sealed: &'a Sealed) -> Self {
        Self::Bytes(&sealed.0)
    }
}

impl<'a> From<&'a Country> for Value<'a> {
    fn from(country: &'a Country) -> Self {
        Self::Bytes(country.as_mark())
    }
}

impl Column for Country {
    fn of(value: Value<'_>) -> Option<Self> {
        <[u8; 3]>::of(value).map(Self::of_mark)
    }
}

impl Column for Sealed {
    fn of(value: Value<'_>) -> Option<Self> {
        Vec::of(value).map(Self)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(
            impl From<$number> for Value<'_> {
                fn from(number: $number) -> Self {
                    Self::Int(number.into())
                }
            }

            impl Column for $number {
                fn of(value: Value<'_>) -> Option<Self> {
                    match value {
                        Value::Int(number) => number.try_into().ok(),
                        _ => None,
                    }
                }
            }
        )*
    };
}
numbers!(i64, u32, u16, u8);

macro_rules! identities {
    ($($id:ident),*) => {
        $(
            impl From<$id> for Value<'_> {
                fn from(id: $id) -> Self {
                    Self::Int(id.0)
                }
            }

            impl Column for $id {
                fn of(value: Value<'_>) -> Option<Self> {
                    i64::of(value).map(Self)
                }
            }
        )*
    };
}
identities!(
    TenantId,
    ChallengeId,
    FactorId,
    RecoveryCodeId,
    LoginId,
    NodeSession,
    OperatorId,
    WebhookId,
    EventId
);

macro_rules! digests {
    ($($digest:ident),*) => {
        $(
            impl<'a> From<&'a $digest> for Value<'a> {
                fn from(digest: &'a $digest) -> Self {
                    Self::Bytes(&digest.0)
                }
            }

            impl Column for $digest {
                fn of(value: Value<'_>) -> Option<Self> {
                    Column::of(value).map(Self)
                }
            }
        )*
    };
}
digests!(
    CodeHash,
    IdentityIndex,
    OperatorTokenHash,
    RecipientIndex,
    RecoveryHash,
    RequestDigest,
    ResultHash,
    SealDigest,
    SecretKeyHash,
    TokenHash,
    TrailKey,
    TryPlace
);
