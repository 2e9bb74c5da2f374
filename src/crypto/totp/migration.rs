//! What Google Authenticator exports: a message of protocol buffers
//! (<https://protobuf.dev/programming-guides/encoding/>) with one part for each account.

use zeroize::Zeroizing;

/// An account of an export. Words are the numbers of its enums; 0 if they are absent.
#[derive(Default)]
pub(super) struct Account {
    pub(super) secret: Zeroizing<Vec<u8>>,
    pub(super) name: String,
    pub(super) issuer: String,
    pub(super) algorithm: u64,
    pub(super) digits: u64,
    pub(super) kind: u64,
}

/// Returns the accounts of an export; `None` if it is none.
pub(super) fn accounts(export: &[u8]) -> Option<Vec<Account>> {
    let mut found = Vec::new();
    let mut fields = Fields(export);
    while let Some((number, value)) = fields.next()? {
        if number == 1 {
            found.push(account(value.bytes()?)?);
        }
    }
    Some(found)
}

fn account(part: &[u8]) -> Option<Account> {
    let mut account = Account::default();
    let mut fields = Fields(part);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => account.secret = Zeroizing::new(value.bytes()?.to_vec()),
            2 => account.name = value.text()?,
            3 => account.issuer = value.text()?,
            4 => account.algorithm = value.number()?,
            5 => account.digits = value.number()?,
            6 => account.kind = value.number()?,
            // A counter, and what later versions add.
            _ => {}
        }
    }
    Some(account)
}

/// The value of a field.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Bytes(_) => None,
        }
    }

    fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Number(_) => None,
        }
    }

    fn text(self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }
}

/// The rest of a message.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// Returns the next field and its number: `Some(None)` at the end, `None` if the message is broken.
    fn next(&mut self) -> Option<Option<(u64, Value<'a>)>> {
        if self.0.is_empty() {
            return Some(None);
        }
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => Value::Bytes(self.take(8)?),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => Value::Bytes(self.take(4)?),
            _ => return None,
        };
        Some(Some((tag >> 3, value)))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.take(1)? else { return None };
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }
}
