//! Takes backups, and looks at them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Settings;
use crate::crypto::backup::{self as seal, BackupOpener, BackupRecipient, SealedFor};
use crate::crypto::{master, private_file};
use crate::domain::time::{Clock, Timestamp};
use crate::store::copy::CopySource;
use crate::store::copy::backup::{Contents, TakeTerms, TellProgress, check, take};
use crate::store::postgres::PostgresSource;
use crate::store::sqlite::SqliteSource;

use super::ambient::Ambient;
use super::foundation::master_key_source;
use super::start_error::StartError;
use super::store_place::StorePlace;
use super::told_reader::ToldReader;

/// How many bytes are written, or read, at once.
const PIECE: usize = 256 * 1_024;

/// What a draft begins and ends with, until it is complete.
pub(super) const DRAFT: (&str, &str) = (".otpmint-", ".part");

/// A backup that is asked for.
#[derive(Clone)]
pub struct BackupOrder {
    /// The file, which must not exist.
    pub file: PathBuf,
    /// For whom it is sealed.
    pub sealed_for: SealedFor,
    /// Whether the master key is to be in it.
    pub with_master_key: bool,
    /// Who is told of the rows.
    pub tell: Option<TellProgress>,
}

/// A backup that was taken.
#[derive(Debug)]
pub struct Backup {
    /// The file.
    pub file: PathBuf,
    /// What is in it.
    pub contents: Contents,
    /// Its length.
    pub bytes: u64,
}

/// The recipients in the settings.
pub fn backup_recipients(settings: &Settings) -> Result<Vec<BackupRecipient>, StartError> {
    let parsed: Result<_, _> =
        settings.backup.recipients.iter().map(|text| BackupRecipient::parse(text)).collect();
    parsed.map_err(|error| StartError::Config(format!("backup.recipients: {error}")))
}

/// The name of a backup that is taken at this moment.
pub fn backup_name(now: Timestamp) -> String {
    let moment: String = now.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    format!("otpmint-{moment}.age")
}

/// Takes a backup, beside whoever works in the store. The file is there when it is complete and on disk.
pub async fn take_backup(
    settings: &Settings,
    ambient: &Ambient,
    order: BackupOrder,
) -> Result<Backup, StartError> {
    let place = StorePlace::of(settings)?;
    let now = ambient.clock.now();
    let master_key = match order.with_master_key {
        false => None,
        true => {
            let known = place.key_check().await?.ok_or_else(|| place.unusable("there is no database"))?;
            let content =
                master::file_content(&master_key_source(settings), &known, ambient.entropy.as_ref())?;
            let no_file =
                "the master key comes from a passphrase, which is not part of a backup: keep it by itself";
            Some(content.ok_or_else(|| StartError::Config(no_file.to_owned()))?)
        }
    };
    let terms = TakeTerms { version: env!("CARGO_PKG_VERSION").to_owned(), now, master_key };
    let mark = u64::from_be_bytes(ambient.entropy.bytes());
    let run = move || {
        let mut source = beside(&place)?;
        write(source.as_mut(), &place, order, terms, mark)
    };
    tokio::task::spawn_blocking(run).await.map_err(|error| StartError::System(error.to_string()))?
}

/// Reads all of a backup, and writes nothing.
pub fn check_backup(file: &Path, opener: &BackupOpener, tell: &TellProgress) -> Result<Contents, StartError> {
    let opened = File::open(file).map_err(|error| StartError::file(file, error))?;
    let all = length(&opened, file)?;
    check_opened(ToldReader::new(&opened, (0, all), Arc::clone(tell)), file, opener)
}

pub(super) fn check_opened(
    opened: ToldReader<&File>,
    file: &Path,
    opener: &BackupOpener,
) -> Result<Contents, StartError> {
    let mut content = open(opened, file, opener)?;
    check(&mut content).map_err(|error| StartError::file(file, error))
}

/// The length of a file.
pub(super) fn length(opened: &File, file: &Path) -> Result<u64, StartError> {
    opened.metadata().map(|found| found.len()).map_err(|error| StartError::file(file, error))
}

/// Opens the seal of a backup.
pub(super) fn open<'a>(
    opened: ToldReader<&'a File>,
    file: &Path,
    opener: &BackupOpener,
) -> Result<Box<dyn io::Read + 'a>, StartError> {
    let content = seal::open(opener, BufReader::with_capacity(PIECE, opened));
    content
        .map(|content| Box::new(content) as Box<dyn io::Read>)
        .map_err(|error| StartError::file(file, error))
}

fn beside(place: &StorePlace) -> Result<Box<dyn CopySource>, StartError> {
    Ok(match place {
        StorePlace::Sqlite(path) => {
            Box::new(SqliteSource::beside(path).map_err(|error| place.unusable(error))?)
        }
        StorePlace::Postgres(at) => {
            Box::new(PostgresSource::beside(at).map_err(|error| place.unusable(error))?)
        }
    })
}

/// Writes a draft, and gives it its name when it is complete.
fn write(
    source: &mut dyn CopySource,
    place: &StorePlace,
    order: BackupOrder,
    terms: TakeTerms,
    mark: u64,
) -> Result<Backup, StartError> {
    let failed = |error: io::Error| StartError::file(&order.file, error);
    if order.file.exists() {
        return Err(failed(io::Error::other("it is there already: name another file")));
    }
    let draft = order.file.with_file_name(format!("{}{mark:016x}{}", DRAFT.0, DRAFT.1));
    let written = fill(source, place, (&order, terms), &draft).and_then(|(contents, bytes)| {
        fs::rename(&draft, &order.file)
            .and_then(|()| private_file::sync_folder(&order.file))
            .map_err(failed)?;
        Ok(Backup { file: order.file.clone(), contents, bytes })
    });
    if written.is_err() {
        // The first error is the one to report; a draft that was never created cannot be removed.
        let _ = fs::remove_file(&draft);
    }
    written
}

fn fill(
    source: &mut dyn CopySource,
    place: &StorePlace,
    (order, terms): (&BackupOrder, TakeTerms),
    draft: &Path,
) -> Result<(Contents, u64), StartError> {
    let failed = |error: io::Error| StartError::file(&order.file, error);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft).map_err(failed)?;
    let sealed = seal::seal(&order.sealed_for, BufWriter::with_capacity(PIECE, file)).map_err(failed)?;
    let mut sealed = BufWriter::with_capacity(PIECE, sealed);
    let contents =
        take(source, terms, &mut sealed, order.tell.as_ref()).map_err(|problem| place.unusable(problem))?;
    let finish = || -> io::Result<u64> {
        let sealed = sealed.into_inner().map_err(io::IntoInnerError::into_error)?;
        let mut to = sealed.finish()?;
        to.flush()?;
        let file = to.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    };
    Ok((contents, finish().map_err(failed)?))
}
