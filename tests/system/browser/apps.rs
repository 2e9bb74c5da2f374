//! The login apps in `examples/`, each started according to its README and used from outside.
//! `apps/login.mjs` has what all of them do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{Dev, START, drive, flows, url};
use crate::support::eventually;
use crate::support::lab::{Missing, need, need_command};
use crate::support::libraries::{node_library, python_library};
use crate::support::ports::Port;

/// The key of the built-in tenant of `otpmint dev`.
const SECRET_KEY: &str = "dev-only-7Q2xWm9K-not-a-secret";

#[test]
fn flask() {
    let Some(library) = need(python_library(&["flask_session", "flask_wtf", "httpx"])) else { return };
    let folder = copy_of("flask");
    try_out("flask", &["login", "return", "accounts", "phone"], |port| {
        let mut app = python(&library, folder.path());
        app.args(["-m", "flask", "--app", "app", "run", "--port", port]);
        app
    });
}

#[test]
fn fastapi() {
    let Some(library) = need(python_library(&["fastapi", "jinja2", "python_multipart", "uvicorn"])) else {
        return;
    };
    try_out("fastapi", &["login"], |port| {
        let mut app = python(&library, &example("fastapi"));
        app.args(["-m", "uvicorn", "main:app", "--port", port]);
        app
    });
}

#[test]
fn django() {
    let Some(library) = need(python_library(&["django", "whitenoise"])) else { return };
    let folder = copy_of("django");
    let migrated = python(&library, folder.path())
        .args(["manage.py", "migrate", "--verbosity", "0"])
        .envs([("OTPMINT_URL", "unused"), ("OTPMINT_SECRET_KEY", "unused")])
        .status();
    assert!(migrated.expect("python3 starts").success());
    try_out("django", &["login", "return"], |port| {
        let mut app = python(&library, folder.path());
        app.args(["manage.py", "runserver", "--noreload", port]);
        app
    });
}

#[test]
fn express() {
    let Some(folder) = need(node_library("express", "express-session")) else { return };
    try_out("express", &["login", "phone"], |port| {
        let mut app = Command::new("node");
        app.arg("server.js").current_dir(&folder).env("PORT", port);
        app
    });
}

#[test]
fn actix_web() {
    let program = Path::new(env!("CARGO_BIN_EXE_otpmint")).with_file_name("otpmint-actix-web");
    let built = match program.is_file() {
        true => Ok(()),
        false => Err(Missing("it is not built (./check does: cargo build --workspace)".to_owned())),
    };
    let Some(()) = need(built) else { return };
    try_out("actix-web", &["login"], |port| {
        let mut app = Command::new(&program);
        app.env("PORT", port);
        app
    });
}

#[test]
fn shell() {
    let Some(folder) = need(flows().and_then(|flows| need_command("curl").map(|()| flows))) else { return };
    let script = example("shell").join("login.sh");
    let dev = Dev::start();
    drive(&folder, "apps/shell.mjs", &dev.port, |node| access(node, &dev).env("SCRIPT", &script));
}

/// A running app, stopped when dropped.
struct App(Child);

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts an app on a free port, and runs flows of `apps/` against it.
#[track_caller]
fn try_out(name: &'static str, files: &[&str], command: impl Fn(&str) -> Command) {
    let Some(folder) = need(flows()) else { return };
    let dev = Dev::start();
    let port = Port::lease();
    let mut app = command(&port.number().to_string());
    let app = access(&mut app, &dev)
        .env("PAGE_HOST", "localhost")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let _app = App(app.spawn().expect("the app starts"));
    let listens = || std::net::TcpStream::connect(("127.0.0.1", port.number())).ok();
    assert!(eventually(START, listens).is_some(), "{name} does not listen");
    for file in files {
        drive(&folder, &format!("apps/{file}.mjs"), &dev.port, |node| {
            // The code of a text message is bound to a host by its name, so that an address will not do.
            let host = if *file == "phone" { "localhost" } else { "127.0.0.1" };
            node.env("APP", format!("http://{host}:{}", port.number())).env("NAME", name);
            if files.contains(&"phone") {
                node.env("PHONES", "yes");
            }
            if name == "flask" {
                node.env("REGISTERS", "yes");
            }
            access(node, &dev)
        });
    }
}

/// The two variables that every app reads.
fn access<'a>(command: &'a mut Command, dev: &Dev) -> &'a mut Command {
    command.env("OTPMINT_URL", url(&dev.port)).env("OTPMINT_SECRET_KEY", SECRET_KEY)
}

fn python(library: &Path, folder: &Path) -> Command {
    let mut python = Command::new("python3");
    python.env("PYTHONPATH", library).env("PYTHONDONTWRITEBYTECODE", "1").current_dir(folder);
    python
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// An example as a user gets it, in its own folder for its data.
fn copy_of(name: &str) -> TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    copy_folder(&example(name), copy.path());
    copy
}

/// Without files that a developer's own runs have left there.
fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the example is there") {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).expect("an entry");
        if [".venv", "instance", "db.sqlite3", "__pycache__"].iter().any(|left| name == *left) {
            continue;
        }
        if path.is_dir() {
            fs::create_dir(to.join(&name)).expect("a folder");
            copy_folder(&path, &to.join(&name));
        } else {
            fs::copy(&path, to.join(&name)).expect("a copy");
        }
    }
}
