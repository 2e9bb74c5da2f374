//! Pages in a real browser, against `otpmint dev`. The flows are in `tests/browser/`, one file for each
//! kind of page; pictures of what they saw are left in `target/browser/`.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use support::eventually;
use support::lab::{Missing, need, need_command};
use support::ports::Port;

/// How long a start may take, on a machine that is busy with other tests.
const START: Duration = Duration::from_secs(30);

/// The folder of the flows, if what they need is here.
fn flows() -> Result<PathBuf, Missing> {
    need_command("node")?;
    need_command("chromium")?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    match folder.join("node_modules/playwright-core").is_dir() {
        true => Ok(folder),
        false => Err(Missing("no playwright-core (./check installs it)".to_owned())),
    }
}

/// `otpmint dev`, ended when dropped.
struct Dev {
    child: Child,
    port: Port,
}

impl Dev {
    fn start() -> Self {
        let port = Port::lease();
        let child = Command::new(env!("CARGO_BIN_EXE_otpmint"))
            .args(["dev", "--listen", &format!("127.0.0.1:{}", port.number())])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        let dev = Self { child: child.expect("the program exists"), port };
        let listens = || std::net::TcpStream::connect(("127.0.0.1", dev.port.number())).ok();
        assert!(eventually(START, listens).is_some(), "otpmint dev does not listen");
        dev
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the flows of one file; what they say is told when one fails.
#[track_caller]
fn run(file: &str) {
    let Some(folder) = need(flows()) else { return };
    let dev = Dev::start();
    let output = Command::new("node")
        .arg(folder.join(file))
        .current_dir(&folder)
        .env("OTPMINT", format!("http://127.0.0.1:{}", dev.port.number()))
        .env("CHROMIUM", "/usr/bin/chromium")
        .stdin(Stdio::null())
        .output()
        .expect("node starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{file}:\n{said}\n{complained}");
}

#[test]
fn hosted_pages() {
    run("pages.mjs");
}

#[test]
fn hosted_pages_that_ask_for_the_address() {
    run("asking.mjs");
}

#[test]
fn hosted_pages_in_the_colours_of_their_tenant() {
    run("brand.mjs");
}
