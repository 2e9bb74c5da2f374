//! What containers are made of and run with: it says only what the server knows, and no secret.

mod compose;
mod databases;
mod image;
mod kubernetes;
mod unit;

use std::fs;
use std::path::Path;
use std::process::Command;

use otpmint::config::{self, Settings};
use serde_json::Value;

use crate::support::documents::root;
use crate::support::lab::{Missing, need_command};

/// What a server may take after SIGTERM, beyond `server.shutdown_seconds`, to give up its number.
const LEAVING: u64 = 4;

/// Prints the documents of a file as JSON.
const TO_JSON: &str =
    "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))";

/// The documents of a YAML file.
fn documents(path: &str) -> Result<Vec<Value>, Missing> {
    need_command("python3")?;
    let done =
        Command::new("python3").args(["-c", TO_JSON]).arg(root().join(path)).output().expect("it starts");
    let said = String::from_utf8_lossy(&done.stderr);
    if said.contains("No module named") {
        return Err(Missing(
            "python3-yaml is not installed (./check installs it on Debian and Ubuntu)".to_owned(),
        ));
    }
    assert!(done.status.success(), "{path}: {said}");
    Ok(serde_json::from_slice(&done.stdout).expect("JSON"))
}

/// Loads settings as the server in a container does; its secrets are in `secrets`, and exist.
#[track_caller]
fn load(file: Option<&str>, variables: &[(String, String)], secrets: &str) -> Settings {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path().join("secrets");
    fs::create_dir(&here).expect("our folder");
    let variables = variables.iter().map(|(name, value)| match value.strip_prefix(secrets) {
        Some(secret) => {
            let path = here.join(secret);
            fs::write(&path, "0123456789abcdef0123456789abcdef\n").expect("our folder");
            (name.clone(), path.display().to_string())
        }
        None => (name.clone(), value.clone()),
    });
    let variables: Vec<_> = variables.collect();
    let path = folder.path().join("otpmint.toml");
    fs::write(&path, file.unwrap_or_default()).expect("our folder");
    let settings = config::load(Some(&path), variables.into_iter()).unwrap_or_else(|error| panic!("{error}"));
    assert!(settings.postgres().expect("a valid address").is_some(), "several servers need PostgreSQL");
    settings
}

/// Fails where a variable has a secret as its value.
#[track_caller]
fn assert_no_secret<'a>(names: impl IntoIterator<Item = &'a str>) {
    for name in names {
        let is_secret =
            ["PASSWORD", "TOKEN", "PASSPHRASE", "SECRET", "_KEY"].iter().any(|end| name.ends_with(end));
        assert!(!is_secret, "{name} has a secret as its value: name a file");
    }
}

fn port(address: &str) -> u64 {
    address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port")
}

/// Fails unless the server has a route of this name.
#[track_caller]
fn assert_is_probed(path: &str) {
    let api: Value = serde_json::from_str(otpmint::http::openapi()).expect("JSON");
    assert!(!api["paths"][path]["get"].is_null(), "the server has no {path}");
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn write(folder: &Path, name: &str, content: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).expect("our folder");
    path
}
