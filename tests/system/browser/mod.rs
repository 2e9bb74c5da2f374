//! Pages in a real browser, against `otpmint dev`. The flows are in `tests/browser/`, one file per kind of
//! page; they leave screenshots in `target/browser/`.

mod apps;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::lab::{Missing, need, need_command};
use crate::support::ports::Port;

/// How long a start may take, on a machine that is busy with other tests.
const START: Duration = Duration::from_secs(30);

/// The folder of the flows, if everything they need is installed.
fn flows() -> Result<PathBuf, Missing> {
    need_command("node")?;
    need_command("chromium")?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    match folder.join("node_modules/playwright-core").is_dir() {
        true => Ok(folder),
        false => Err(Missing("no playwright-core (./check installs it)".to_owned())),
    }
}

/// `otpmint dev`, stopped when dropped.
struct Dev {
    child: Child,
    port: Port,
}

impl Dev {
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(more: &[&str]) -> Self {
        let port = Port::lease();
        let child = Command::new(env!("CARGO_BIN_EXE_otpmint"))
            .args(["dev", "--listen", &format!("127.0.0.1:{}", port.number())])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let mut dev = Self { child: child.expect("the program exists"), port };
        // It listens while it plays what is to be shown, and its clock jumps until then.
        let mut said = BufReader::new(dev.child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        assert!(said.any(|line| line.contains("is running")), "otpmint dev does not run");
        std::thread::spawn(move || said.for_each(drop));
        dev
    }
}

/// The address of the server at this port.
fn url(port: &Port) -> String {
    format!("http://127.0.0.1:{}", port.number())
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the flows of one file against their own server.
#[track_caller]
fn run(file: &str) {
    let Some(folder) = need(flows()) else { return };
    drive(&folder, file, &Dev::start().port, |node| node);
}

/// Runs the flows of one file, with additional variables.
#[track_caller]
#[expect(clippy::print_stdout, reason = "what the flows say is shown with --nocapture")]
fn drive(folder: &Path, file: &str, port: &Port, more: impl FnOnce(&mut Command) -> &mut Command) {
    let mut node = Command::new("node");
    node.arg(folder.join(file))
        .current_dir(folder)
        .env("OTPMINT", url(port))
        .env("CHROMIUM", "/usr/bin/chromium")
        .stdin(Stdio::null());
    let output = more(&mut node).output().expect("node starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{file}:\n{said}\n{complained}");
    println!("{said}");
}

#[test]
fn hosted_pages() {
    run("pages.mjs");
}

#[test]
fn hosted_pages_of_authenticator_apps() {
    run("factors.mjs");
}

#[test]
fn hosted_pages_that_ask_for_the_address() {
    run("asking.mjs");
}

#[test]
fn hosted_pages_of_codes_to_phones() {
    run("phones.mjs");
}

#[test]
fn hosted_pages_in_the_colours_of_their_tenant() {
    run("brand.mjs");
}

#[test]
fn pages_are_light_and_quick() {
    run("weight.mjs");
}

#[test]
fn inbox() {
    run("inbox.mjs");
}

#[test]
fn the_widget() {
    let Some(()) = need(need_command("python3")) else { return };
    run("widget.mjs");
}

#[test]
fn errands_in_the_console() {
    run("errands.mjs");
}

#[test]
fn every_page_of_the_console() {
    let Some(folder) = need(flows()) else { return };
    drive(&folder, "console_pages.mjs", &Dev::start_with(&["--demo"]).port, |node| node);
}

#[test]
fn the_main_flows_in_firefox() {
    let Some(folder) = need(flows().and_then(|flows| need_command("firefox-esr").map(|()| flows))) else {
        return;
    };
    drive(&folder, "firefox.mjs", &Dev::start().port, |node| node.env("FIREFOX", "/usr/bin/firefox-esr"));
}

/// `otpmint serve` on its first start, and the setup link that it printed.
struct Serve {
    child: Child,
    port: Port,
    link: String,
    _data: tempfile::TempDir,
}

impl Serve {
    fn start() -> Self {
        let (port, data) = (Port::lease(), tempfile::tempdir().expect("a temporary folder"));
        let address = format!("127.0.0.1:{}", port.number());
        let config = data.path().join("otpmint.toml");
        let settings = format!(
            "data_dir = {:?}\n[server]\nlisten = {address:?}\npublic_url = \"http://{address}\"\nmetrics_listen = \"\"\n",
            data.path().join("data")
        );
        std::fs::write(&config, settings).expect("our folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_otpmint"))
            .args(["serve", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program exists");
        let said = BufReader::new(child.stdout.take().expect("piped"));
        let link = said.lines().map_while(Result::ok).find(|line| line.contains("/console/setup/"));
        let link = link.map(|line| line.trim().to_owned()).unwrap_or_default();
        Self { child, port, link, _data: data }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn console() {
    let Some(folder) = need(flows()) else { return };
    let serve = Serve::start();
    drive(&folder, "console.mjs", &serve.port, |node| node.env("SETUP_LINK", &serve.link));
}

#[test]
fn console_reports() {
    run("console_reports.mjs");
}
