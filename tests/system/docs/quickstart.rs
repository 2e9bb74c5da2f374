//! The quickstart in each of its languages, run as a newcomer runs it.

use std::process::Command;

use super::dev_server;
use crate::support::documents::root;
use crate::support::lab::{need, need_command};
use crate::support::libraries::{node_library, python_library};

#[test]
fn the_quickstart_in_python_does_what_it_says() {
    let Some(library) = need(python_library(&["jwt", "standardwebhooks"])) else { return };
    let mut example = Command::new("python3");
    example.env("PYTHONPATH", library).arg(root().join("examples/quickstart/python/quickstart.py"));
    tell_it_all(example);
}

#[test]
fn the_quickstart_in_javascript_does_what_it_says() {
    let Some(folder) = need(node_library("quickstart/javascript", "standardwebhooks")) else { return };
    let mut example = Command::new("node");
    example.arg(folder.join("quickstart.mjs"));
    tell_it_all(example);
}

/// The example has printed the result of each of its steps, and the last is the event.
#[track_caller]
fn tell_it_all(mut example: Command) {
    let Some(()) = need(need_command("bash")) else { return };
    let (_shell, port) = dev_server();
    example.env("OTPMINT_URL", format!("http://127.0.0.1:{}", port.number())).env("WEBHOOK_PORT", "0");
    let output = example.output().expect("the example starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let said: Vec<(&str, &str)> = said.lines().filter_map(|line| line.split_once(' ')).collect();
    let steps: Vec<&str> = said.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, ["webhook", "minted", "mail", "verified", "receipt", "event"]);
    assert!(said[2].1.contains("Anmelde"), "not in German: {}", said[2].1);
    assert!(said[5].1.contains("challenge.verified"), "{}", said[5].1);
}
