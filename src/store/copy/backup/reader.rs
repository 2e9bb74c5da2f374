//! Reading a backup.

use std::io::{self, Read};

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::store::copy::TableTally;
use crate::store::copy::tally::Tally;
use crate::store::copy::{Problem, TakeTuple};

use super::manifest::{LAST, MAGIC, Manifest, NO_ROW, Written};

/// The longest manifest: there are some dozens of tables.
const LONGEST_MANIFEST: u32 = 1 << 20;

/// The longest row, which is far more than the longest logo or message.
const LONGEST_ROW: u32 = 1 << 26;

/// Why a backup cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is no backup, or one of a later version.
    #[error("this is no backup of otpmint that this version understands")]
    Foreign,
    /// It is cut off, or was changed, or the disk fails.
    #[error("it is cut off or damaged, so nothing of it is used: {0}")]
    Damaged(#[from] io::Error),
    /// Its rows are not those that were written.
    #[error("it is damaged, so nothing of it is used: the rows of {0} are not those that were written")]
    Differs(String),
}

impl From<Unreadable> for Problem {
    fn from(error: Unreadable) -> Self {
        Self(error.to_string())
    }
}

/// What a backup has, after all of it was read.
#[derive(Clone, Debug)]
pub struct Contents {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The rows of its tables, in the order of the manifest.
    pub tables: Vec<TableTally>,
}

/// Reads all of a backup, and uses nothing of it.
pub fn check(from: &mut dyn Read) -> Result<Contents, Unreadable> {
    let (mut reader, manifest) = Reader::begin(from)?;
    let mut tables = Vec::with_capacity(manifest.tables.len());
    for table in &manifest.tables {
        let tally = reader.table(&table.name, &mut |_| Ok(()));
        tables.push(tally.map_err(|stop| match stop {
            Stop::Unreadable(error) => error,
            Stop::Refused(Problem(problem)) => Unreadable::Damaged(io::Error::other(problem)),
        })?);
    }
    reader.finish()?;
    Ok(Contents { manifest, tables })
}

/// Why the rows of a table were not read to their end.
pub(super) enum Stop {
    Unreadable(Unreadable),
    /// Whoever takes the rows had enough.
    Refused(Problem),
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Unreadable(error) => error.into(),
            Stop::Refused(problem) => problem,
        }
    }
}

/// Reads a backup.
pub(super) struct Reader<'a> {
    from: &'a mut dyn Read,
}

impl<'a> Reader<'a> {
    pub(super) fn begin(from: &'a mut dyn Read) -> Result<(Self, Manifest), Unreadable> {
        let mut magic = [0; MAGIC.len()];
        from.read_exact(&mut magic)?;
        if magic != MAGIC {
            return Err(Unreadable::Foreign);
        }
        let mut reader = Self { from };
        let (mut json, mut key) = (Vec::new(), Zeroizing::new(Vec::new()));
        for (part, longest) in [(&mut json, LONGEST_MANIFEST), (&mut *key, LONGEST_MANIFEST)] {
            if !reader.part(part, longest)? {
                return Err(Unreadable::Foreign);
            }
        }
        let written: Written = serde_json::from_slice(&json).map_err(|_| Unreadable::Foreign)?;
        let key = std::str::from_utf8(&key).map_err(|_| Unreadable::Foreign)?;
        let key = (!key.is_empty()).then(|| SecretString::from(key));
        Ok((reader, written.read(key).ok_or(Unreadable::Foreign)?))
    }

    /// Gives the rows of the next table, and compares them with what was written after them.
    pub(super) fn table(&mut self, name: &str, take: TakeTuple<'_>) -> Result<TableTally, Stop> {
        let unreadable = |error| Stop::Unreadable(Unreadable::Damaged(error));
        let (mut tally, mut row) = (Tally::default(), Vec::new());
        while self.part(&mut row, LONGEST_ROW).map_err(unreadable)? {
            tally.add(&row);
            take(&row).map_err(Stop::Refused)?;
        }
        let (mut rows, mut digest) = ([0; 8], [0; 32]);
        self.from
            .read_exact(&mut rows)
            .and_then(|()| self.from.read_exact(&mut digest))
            .map_err(unreadable)?;
        let (read, written) = (tally.finish(), TableTally { rows: u64::from_be_bytes(rows), digest });
        match read == written {
            true => Ok(read),
            false => Err(Stop::Unreadable(Unreadable::Differs(name.to_owned()))),
        }
    }

    /// Fails unless this is the end.
    pub(super) fn finish(self) -> Result<(), Unreadable> {
        let mut last = [0; LAST.len()];
        self.from.read_exact(&mut last)?;
        let has_more = self.from.read(&mut [0])? > 0;
        if last == LAST && !has_more { Ok(()) } else { Err(Unreadable::Foreign) }
    }

    /// Reads a part; returns whether there was one.
    fn part(&mut self, into: &mut Vec<u8>, longest: u32) -> io::Result<bool> {
        let mut length = [0; 4];
        self.from.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length);
        into.clear();
        if length == NO_ROW {
            return Ok(false);
        }
        if length > longest {
            return Err(io::Error::other("a row is too long"));
        }
        into.resize(length as usize, 0);
        self.from.read_exact(into)?;
        Ok(true)
    }
}
