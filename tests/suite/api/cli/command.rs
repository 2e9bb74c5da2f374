//! The binary, run to its end in its own folder.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::eventually;

/// How a command ended.
#[derive(Debug)]
pub struct Done {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Done {
    #[track_caller]
    pub fn is(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }

    /// It failed with this exit code, and its one message has all of `parts`.
    #[track_caller]
    pub fn fails(&self, code: i32, parts: &[&str]) -> &Self {
        self.is(code);
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in {:?}", self.err);
        }
        self
    }

    /// The text after this word at the beginning of a line.
    #[track_caller]
    pub fn value(&self, word: &str) -> String {
        let line = self.out.lines().find_map(|line| line.strip_prefix(word));
        line.unwrap_or_else(|| panic!("no {word:?} in {:?}", self.out)).trim().to_owned()
    }
}

/// A folder with a configuration and data.
pub struct Home {
    pub folder: TempDir,
    variables: BTreeMap<String, String>,
}

/// The command that adds a tenant.
pub const ADD_TENANT: [&str; 8] = [
    "tenant",
    "add",
    "--smtp-host",
    "smtp.example.com",
    "--smtp-mail",
    "app@sender.example",
    "--smtp-password-file",
    "password",
];

impl Home {
    pub fn new() -> Self {
        let home = Self { folder: TempDir::new().expect("a temporary folder"), variables: BTreeMap::new() };
        home.write("otpmint.toml", "[server]\nlisten = \"127.0.0.1:0\"\nmetrics_listen = \"\"\n");
        home.write("password", "pw-7Fq2-of-the-mail-server\n");
        home
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("our folder");
        path
    }

    pub fn chmod(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).expect("our file");
    }

    /// Runs a command with this configuration.
    pub fn run(&self, arguments: &[&str]) -> Done {
        self.run_with_input(arguments, "")
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Done {
        let mut all = arguments.to_vec();
        all.extend(["--config", "otpmint.toml"]);
        self.bare_with_input(&all, input)
    }

    /// Runs a command as it is.
    pub fn bare(&self, arguments: &[&str]) -> Done {
        self.bare_with_input(arguments, "")
    }

    fn bare_with_input(&self, arguments: &[&str], input: &str) -> Done {
        let mut child = Command::new(env!("CARGO_BIN_EXE_otpmint"))
            .args(arguments)
            .env_clear()
            .envs(&self.variables)
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        // The process may have ended without reading.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        // A process that serves instead of failing would never end by itself.
        if eventually(Duration::from_secs(30), || child.try_wait().expect("our child")).is_none() {
            child.kill().expect("our child");
        }
        let output = child.wait_with_output().expect("its end");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Done {
            code: output.status.code().expect("it ended by itself"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Adds a tenant and returns its handle and its key.
    pub fn add_tenant(&self) -> (String, String) {
        let added = self.run(&ADD_TENANT);
        added.is(0);
        (added.value("tenant"), added.value("secret key"))
    }

    /// Every file of the data folder, with its bytes and its permissions.
    pub fn data(&self) -> BTreeMap<PathBuf, (Vec<u8>, u32)> {
        let mut files = BTreeMap::new();
        collect(&self.path("data"), &mut files);
        files
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, (Vec<u8>, u32)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        files.insert(path.clone(), (fs::read(&path).expect("a file of ours"), mode));
    }
}
