//! Twilio's own SDKs against `otpmint dev`, with their base URL changed and nothing else.

use std::process::Command;
use std::time::Duration;

use crate::support::documents::root;
use crate::support::eventually;
use crate::support::lab::need;
use crate::support::libraries::{node_package, python_library};
use crate::support::server::Server;

/// The key of the built-in tenant of `otpmint dev`.
const SECRET_KEY: &str = "dev-only-7Q2xWm9K-not-a-secret";

const STEPS: [&str; 8] = [
    "services",
    "mail",
    "rate limits",
    "factors",
    "attempts, webhooks, templates",
    "phone",
    "errors",
    "deleted",
];

#[test]
fn the_sdk_for_python_finds_everything_that_it_reads() {
    let Some(library) = need(python_library(&["twilio"])) else { return };
    let mut script = Command::new("python3");
    script.env("PYTHONPATH", library);
    tell_it_all(script.arg(root().join("tests/twilio/sdk.py")));
}

#[test]
fn the_sdk_for_node_finds_everything_that_it_reads() {
    let Some(folder) = need(node_package("tests/twilio", "twilio")) else { return };
    tell_it_all(Command::new("node").arg("--trace-warnings").arg(folder.join("sdk.mjs")));
}

/// The script has told each of its steps.
#[track_caller]
fn tell_it_all(script: &mut Command) {
    let server = Server::new("");
    let address = server.address();
    let server = server
        .command(|serve| [serve[0].as_str(), "dev", "--listen", &address].map(str::to_owned).to_vec())
        .start();
    let ready = || server.output().contains("Ctrl-C").then_some(());
    assert!(eventually(Duration::from_secs(30), ready).is_some(), "{}", server.output());
    script.env("OTPMINT_URL", format!("http://{address}")).env("OTPMINT_KEY", SECRET_KEY);
    let output = script.output().expect("the script starts");
    let (said, trouble) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{trouble}");
    assert_eq!(said.lines().collect::<Vec<_>>(), STEPS, "{trouble}");
}
