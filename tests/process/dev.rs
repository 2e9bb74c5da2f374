//! `otpmint dev`: the first minute with the product, exactly as it is printed.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::client::{Wire, get, request};
use crate::support::eventually;
use crate::support::lab::{need, need_command};
use crate::support::server::Server;

/// A running `dev`, whose temporary files go to `folder`.
fn start(folder: &Path) -> Server {
    let server = Server::new("");
    let listen = server.address();
    server
        .command(|serve| [serve[0].as_str(), "dev", "--listen", &listen].map(str::to_owned).to_vec())
        .env("TMPDIR", &folder.display().to_string())
        .start()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

/// The indented lines behind the first numbered step: what a reader pastes into a shell.
fn printed_commands(said: &str) -> String {
    let steps = said.split_once("\n1. ").expect("numbered steps").1;
    steps.lines().filter(|line| line.starts_with("  ")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_printed_commands_register_mint_and_verify_as_they_are_printed() {
    let Some(()) = need(need_command("curl").and_then(|()| need_command("bash"))) else { return };
    let folder = TempDir::new().unwrap();
    let server = start(folder.path());
    // Printed once it listens, which may be a moment after it answers.
    let said = eventually(Duration::from_secs(5), || Some(server.output()).filter(|s| s.contains("Ctrl-C")));
    let commands = printed_commands(&said.expect("the first steps"));
    let shell = Command::new("bash").args(["-euc", &commands]).output().unwrap();
    let printed = String::from_utf8_lossy(&shell.stdout).into_owned();
    assert!(shell.status.success(), "{commands}\n{printed}{}", String::from_utf8_lossy(&shell.stderr));
    let lines: Vec<&str> = printed.lines().collect();
    let [registered, secret, key, code, first, second, third, challenge] = lines[..] else {
        panic!("{printed}")
    };
    assert_eq!(registered, "Registration of secretKey succeeded.");
    assert!(secret.starts_with("secretKey: otpm_"), "{printed}");
    assert!(key.len() >= 10 && code.len() == 6, "{printed}");
    assert_eq!((first, second), ("OTP Mismatched! 403", "OTP Matched! 201"));
    assert!(third.ends_with(" 400"), "{printed}");
    assert!(challenge.starts_with("{\"key\":"), "{printed}");

    let page = get(&server.address(), "/dev/inbox").unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.contains("jane@example.com") && page.body.contains(code), "{}", page.body);
}

#[test]
fn an_open_event_stream_does_not_keep_it_and_its_folder_goes_with_it() {
    let folder = TempDir::new().unwrap();
    let mut server = start(folder.path());
    assert!(!is_empty(folder.path()));
    let mut stream = Wire::open(&server.address()).unwrap();
    let accept = "Accept: text/event-stream";
    stream
        .send(request("GET", "/dev/inbox/events", &[accept], "").replace("localhost", &server.address()))
        .unwrap();
    assert_eq!(stream.reply().unwrap().status, 200);
    server.signal("INT");
    let ended = server.wait(Duration::from_secs(3)).expect("it ends within three seconds");
    assert_eq!(ended.code(), Some(0), "{}", server.output());
    assert!(is_empty(folder.path()), "it left its temporary folder behind");
}

#[test]
fn it_refuses_to_be_reached_from_elsewhere() {
    let folder = TempDir::new().unwrap();
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:5000"] {
        let mut server = Server::new("")
            .command(|serve| [serve[0].as_str(), "dev", "--listen", listen].map(str::to_owned).to_vec())
            .env("TMPDIR", &folder.path().display().to_string());
        server.spawn();
        assert_eq!(server.wait(Duration::from_secs(10)).expect("it refuses").code(), Some(2), "{listen}");
        assert!(server.log().contains("this machine only"), "{}", server.log());
    }
    assert!(is_empty(folder.path()));
}
