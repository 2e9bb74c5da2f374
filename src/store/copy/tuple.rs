//! Rows as PostgreSQL's binary COPY has them: the number of fields in two bytes, then for each its length in
//! four bytes and its value; -1 is the length of NULL. Numbers have eight bytes, the greatest first.

use super::ends::{Problem, TakeTuple};

/// What a stream begins with: the signature, no flags, no extension.
pub const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// The number of fields with which a stream ends.
pub const END: [u8; 2] = (-1_i16).to_be_bytes();

/// Writes a row.
#[derive(Default)]
pub struct TupleWriter {
    bytes: Vec<u8>,
}

impl TupleWriter {
    /// Begins a row with this many fields.
    pub fn begin(&mut self, fields: usize) {
        self.bytes.clear();
        self.bytes.extend_from_slice(&u16::try_from(fields).unwrap_or(u16::MAX).to_be_bytes());
    }

    /// Adds NULL.
    pub fn null(&mut self) {
        self.bytes.extend_from_slice(&(-1_i32).to_be_bytes());
    }

    /// Adds a number.
    pub fn number(&mut self, number: i64) {
        self.value(&number.to_be_bytes());
    }

    /// Adds a text or bytes.
    pub fn value(&mut self, bytes: &[u8]) {
        // No value of a database is longer than fits.
        self.bytes.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.bytes.extend_from_slice(bytes);
    }

    /// Returns the row.
    pub fn tuple(&self) -> &[u8] {
        &self.bytes
    }
}

/// Cuts a stream into rows, whatever the pieces in which it comes.
#[derive(Default)]
pub struct Splitter {
    bytes: Vec<u8>,
    has_begun: bool,
    has_ended: bool,
}

impl Splitter {
    /// Takes a piece, and gives the rows that are complete now.
    pub fn take(&mut self, piece: &[u8], each: TakeTuple<'_>) -> Result<(), Problem> {
        self.bytes.extend_from_slice(piece);
        let mut at = 0;
        if !self.has_begun {
            match self.bytes.get(..HEADER.len()) {
                None => return Ok(()),
                Some(HEADER) => (self.has_begun, at) = (true, HEADER.len()),
                Some(_) => return Err("the stream does not begin as it should".into()),
            }
        }
        while !self.has_ended {
            let rest = self.bytes.get(at..).unwrap_or_default();
            self.has_ended = rest.starts_with(&END);
            let Some(length) = length(rest) else { break };
            each(rest.get(..length).unwrap_or_default())?;
            at += length;
        }
        self.bytes.drain(..at);
        Ok(())
    }

    /// Returns whether the stream has come to its end.
    pub const fn has_ended(&self) -> bool {
        self.has_ended
    }
}

/// The length of the first row; `None` if it is not complete.
fn length(bytes: &[u8]) -> Option<usize> {
    let (count, _) = bytes.split_first_chunk::<2>()?;
    let mut at = count.len();
    for _ in 0..i16::from_be_bytes(*count).max(0) {
        let (length, _) = bytes.get(at..)?.split_first_chunk::<4>()?;
        at += 4 + usize::try_from(i32::from_be_bytes(*length)).unwrap_or(0);
    }
    (bytes.len() >= at && *count != END).then_some(at)
}

/// Returns the fields of a row; `None` is NULL.
pub fn fields(tuple: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    let mut rest = tuple.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            rest = behind;
            return Some(None);
        };
        let (value, behind) = behind.split_at_checked(length)?;
        rest = behind;
        Some(Some(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> [Vec<u8>; 3] {
        let mut writer = TupleWriter::default();
        [1_i64, -2, i64::MIN].map(|number| {
            writer.begin(3);
            writer.number(number);
            writer.null();
            writer.value(b"\xff\xff");
            writer.tuple().to_vec()
        })
    }

    #[test]
    fn a_stream_is_cut_into_the_same_rows_in_whatever_pieces_it_comes() {
        let stream = [HEADER, &rows().concat(), &END].concat();
        for size in 1..stream.len() {
            let (mut splitter, mut found) = (Splitter::default(), Vec::new());
            for piece in stream.chunks(size) {
                let mut keep = |tuple: &[u8]| {
                    found.push(tuple.to_vec());
                    Ok(())
                };
                splitter.take(piece, &mut keep).unwrap();
            }
            assert_eq!(found, rows(), "{size}");
            assert!(splitter.has_ended());
        }
        assert!(Splitter::default().take(&[7; 40], &mut |_| Ok(())).is_err());
    }

    #[test]
    fn the_fields_of_a_row_are_what_was_written() {
        let [first, ..] = rows();
        let found: Vec<_> = fields(&first).collect();
        assert_eq!(found, [Some(&1_i64.to_be_bytes()[..]), None, Some(b"\xff\xff")]);
    }
}
