//! Writing a backup.

use std::io::{self, Write};

use secrecy::ExposeSecret;

use crate::store::copy::TableTally;
use crate::store::copy::tally::Tally;

use super::manifest::{LAST, MAGIC, Manifest, NO_ROW, Written};

/// Writes a backup.
pub(super) struct Writer<'a> {
    to: &'a mut dyn Write,
    tally: Tally,
}

impl<'a> Writer<'a> {
    /// Begins with the manifest.
    pub(super) fn begin(to: &'a mut dyn Write, manifest: &Manifest) -> io::Result<Self> {
        to.write_all(MAGIC)?;
        let mut writer = Self { to, tally: Tally::default() };
        writer.part(&serde_json::to_vec(&Written::of(manifest))?)?;
        let master_key = manifest.master_key.as_ref().map_or("", |key| key.expose_secret());
        writer.part(master_key.as_bytes())?;
        Ok(writer)
    }

    /// Adds a row to the table that has begun.
    pub(super) fn row(&mut self, tuple: &[u8]) -> io::Result<()> {
        self.tally.add(tuple);
        self.part(tuple)
    }

    /// Ends a table.
    pub(super) fn end_table(&mut self) -> io::Result<TableTally> {
        let tally = std::mem::take(&mut self.tally).finish();
        self.to.write_all(&NO_ROW.to_be_bytes())?;
        self.to.write_all(&tally.rows.to_be_bytes())?;
        self.to.write_all(&tally.digest)?;
        Ok(tally)
    }

    /// Ends the backup.
    pub(super) fn finish(self) -> io::Result<()> {
        self.to.write_all(LAST)
    }

    fn part(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).ok().filter(|length| *length < NO_ROW);
        let length = length.ok_or_else(|| io::Error::other("a row is too long"))?;
        self.to.write_all(&length.to_be_bytes())?;
        self.to.write_all(bytes)
    }
}
