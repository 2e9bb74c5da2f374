//! A PostgreSQL server of this machine's version.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, Once, OnceLock};

use crate::support::guardian::Guardian;
use crate::support::lab::{Missing, need_command};
use crate::support::ports::Port;

use super::schema::Schema;
use super::session::Session;

const OF_SQLITE: &str = include_str!("of_sqlite.sql");

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/postgres/run.sh");

/// The user `nobody`: PostgreSQL refuses to run as root.
const NOBODY: &str = "65534";

/// For many short tests at once, whose data nobody misses. No test of this server may rely on a crash of it.
const QUICK: [&str; 6] = [
    "fsync=off",
    "full_page_writes=off",
    "max_connections=500",
    "shared_buffers=64MB",
    "jit=off",
    "deadlock_timeout=200ms",
];

/// The role and the database that tests use; the role owns the database, and nothing else.
pub const NAME: &str = "otpmint";

/// Of the role `guarded`, the only one that is asked for it.
pub const PASSWORD: &str = "pw-5Hs8-of-the-database";

/// A running server; stopped, and its files removed, when it is dropped or the process ends.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    port: Port,
    guardian: Mutex<Guardian>,
    schemas: AtomicU32,
    taught: Once,
}

impl Server {
    /// The server that all tests of this process share.
    pub fn shared() -> Result<&'static Server, Missing> {
        static SHARED: OnceLock<Result<Server, Missing>> = OnceLock::new();
        SHARED.get_or_init(|| Server::start(&QUICK)).as_ref().map_err(Clone::clone)
    }

    /// Starts one with these settings, such as `fsync=off`.
    pub fn start(settings: &[&str]) -> Result<Server, Missing> {
        // Not $TMPDIR: nobody must be able to enter every folder above it, and the path of a socket is short.
        Self::start_in(Path::new("/tmp"), settings)
    }

    /// The same with its data in a folder of its own below this one.
    pub fn start_in(above: &Path, settings: &[&str]) -> Result<Server, Missing> {
        let server = Self::launch(above, settings, None)?;
        let admin = server.admin("postgres");
        admin.run(&format!("CREATE ROLE {NAME} LOGIN PASSWORD '{NAME}'"));
        admin.run(&format!("CREATE DATABASE {NAME} OWNER {NAME}"));
        admin.run(&format!("CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}' IN ROLE {NAME}"));
        Ok(server)
    }

    /// Starts a standby of the server at this port.
    pub(super) fn standby_of(port: u16, settings: &[&str]) -> Result<Server, Missing> {
        Self::launch(Path::new("/tmp"), settings, Some(port))
    }

    fn launch(above: &Path, settings: &[&str], clone_of: Option<u16>) -> Result<Server, Missing> {
        let programs = programs()?;
        for command in ["bash", "setpriv"] {
            need_command(command)?;
        }
        let folder = tempfile::Builder::new().prefix("otpmint-postgres-").tempdir_in(above);
        // From here on the script removes the folder.
        let (folder, port) = (folder.expect("the folder is writable").keep(), Port::lease());
        let mut script = Command::new("bash");
        script.arg(SCRIPT).arg(&folder).arg(&programs).arg(port.number().to_string()).arg(NOBODY);
        script.args(["-c", "listen_addresses=127.0.0.1"]);
        script.args(settings.iter().flat_map(|setting| ["-c", setting]));
        script.envs(clone_of.map(|port| ("CLONE_OF", port.to_string())));
        let guardian = Guardian::start(script)
            .map_err(|reason| Missing(format!("PostgreSQL did not start: {reason}")))?;
        let guardian = Mutex::new(guardian);
        Ok(Server { folder, port, guardian, schemas: AtomicU32::new(0), taught: Once::new() })
    }

    /// An empty schema of its own.
    pub fn schema(&self) -> Schema<'_> {
        let name = format!("test_{}", self.schemas.fetch_add(1, Ordering::Relaxed));
        self.admin(NAME).run(&format!("CREATE SCHEMA {name} AUTHORIZATION {NAME}"));
        Schema::new(self, name)
    }

    /// Makes the functions of SQLite that tests use, in a schema that no store looks into.
    pub(super) fn teach(&self) {
        self.taught.call_once(|| {
            self.admin(NAME).run(OF_SQLITE);
        });
    }

    /// The superuser in a database.
    pub fn admin(&self, database: &str) -> Session {
        Session::new(format!("{}&user=postgres", self.url_of("", database)))
    }

    /// The address of a database for a role, over the socket: without search path, to be followed by `&…`.
    pub fn url_of(&self, role: &str, database: &str) -> String {
        let folder = self.folder.to_str().expect("UTF-8").replace('/', "%2F");
        let role = if role.is_empty() { String::new() } else { format!("{role}@") };
        format!("postgres://{role}{folder}:{}/{database}?target_session_attrs=read-write", self.port.number())
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The folder with its data, `data`, and its log, `log`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The superuser, whether the server may be written to or not.
    pub fn superuser(&self) -> Session {
        Session::new(format!("host={} port={} user=postgres", self.folder.display(), self.port()))
    }

    /// Kills all its processes at once, as when a machine dies.
    pub fn kill(&self) {
        self.order("kill");
    }

    /// Starts it again.
    pub fn start_again(&self) {
        self.order("start");
    }

    /// Starts it again as a standby of the server at this port, with a copy of its data.
    pub(super) fn follow(&self, port: u16) {
        self.order(&format!("clone {port}"));
    }

    fn order(&self, verb: &str) {
        self.guardian.lock().expect("no test has panicked in here").order(verb);
    }
}

/// The folder with the programs of the newest PostgreSQL: Debian keeps them off the path.
pub fn programs() -> Result<PathBuf, Missing> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    found.sort();
    let path = env::var("PATH").unwrap_or_default();
    let folders = found.into_iter().rev().map(|(_, folder)| folder).chain(path.split(':').map(PathBuf::from));
    let has_all = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file())
    };
    folders.into_iter().find(has_all).ok_or_else(|| {
        Missing("PostgreSQL is not installed (./check installs it on Debian and Ubuntu)".to_owned())
    })
}
