//! A private PostgreSQL in single-user mode: one process that reads statements from its standard input. There is
//! no server, no port and nothing to stop.

use std::env;
use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::lab::{Missing, need_root};

/// The user `nobody`: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;

/// An empty database; its files are removed when it is dropped.
pub struct Postgres {
    folder: TempDir,
    programs: PathBuf,
}

/// What PostgreSQL printed about a script.
pub struct Told {
    /// The rows of its queries.
    pub rows: String,
    /// Errors, each with its statement; empty if all statements were accepted.
    pub errors: String,
}

impl Postgres {
    /// Creates the database.
    pub fn create() -> Result<Self, Missing> {
        let programs = programs()?;
        // Not $TMPDIR: nobody must be able to enter every folder above it.
        let folder = tempfile::Builder::new().prefix("otpmint-postgres-").tempdir_in("/tmp");
        let postgres = Self { folder: folder.expect("/tmp is writable"), programs };
        if need_root("").is_ok() {
            chown(postgres.folder.path(), Some(NOBODY), Some(NOBODY)).expect("root may");
        }
        let mut initdb = postgres.command("initdb");
        initdb.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        let made = output(&mut initdb);
        match made.status.success() {
            true => Ok(postgres),
            false => Err(Missing(format!("initdb failed: {}", String::from_utf8_lossy(&made.stderr)))),
        }
    }

    /// Runs statements, one after the other, in one session. What they create stays.
    pub fn run<'a>(&self, statements: impl IntoIterator<Item = &'a str>) -> Told {
        // An empty line ends a statement (-j), so none may have one inside.
        let lines = |text: &'a str| text.lines().filter(|line| !line.trim().is_empty());
        let script: Vec<String> = statements
            .into_iter()
            .map(|text| format!("{};\n\n", lines(text).collect::<Vec<_>>().join("\n").trim_end_matches(';')))
            .collect();
        let path = self.folder.path().join("script.sql");
        fs::write(&path, script.concat()).expect("a script");
        let mut postgres = self.command("postgres");
        // --single has to come first; the empty prefix makes lines of errors begin with their level.
        postgres.args(["-j", "-c", "log_line_prefix=", "-c", "fsync=off", "postgres"]);
        let told = output(postgres.stdin(File::open(&path).expect("the script")));
        let (rows, errors) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
        let failed = !told.status.success()
            || errors.lines().any(|line| ["ERROR:", "FATAL:", "PANIC:"].iter().any(|w| line.starts_with(w)));
        Told { rows: rows.into_owned(), errors: if failed { errors.into_owned() } else { String::new() } }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        if program == "postgres" {
            command.arg("--single");
        }
        command.arg("-D").arg(self.folder.path().join("data")).current_dir("/tmp").env("LC_ALL", "C");
        if need_root("").is_ok() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

/// The folder with the programs of the newest PostgreSQL: Debian keeps them off the path.
fn programs() -> Result<PathBuf, Missing> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    found.sort();
    let path = env::var("PATH").unwrap_or_default();
    let folders = found.into_iter().rev().map(|(_, folder)| folder).chain(path.split(':').map(PathBuf::from));
    folders.into_iter().find(|folder: &PathBuf| Path::is_file(&folder.join("initdb"))).ok_or_else(|| {
        Missing("PostgreSQL is not installed (./check installs it on Debian and Ubuntu)".to_owned())
    })
}

fn output(command: &mut Command) -> Output {
    command.output().expect("a program that can be started")
}
