//! `otpmint keys …`: next to a running server, and killed at any moment.

use std::fs;
use std::process::{Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::process::app::App;
use crate::support::eventually;

/// Kills of a command, at moments over its whole run.
const KILLS: u32 = 12;

fn keys(app: &App, command: &[&str]) -> Output {
    app.server.beside(&[&["keys"], command].concat()).output().expect("the program exists")
}

#[track_caller]
fn done(output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Mints, reads the mail and verifies: sealed data can be opened, hashed data is found.
#[track_caller]
fn works(app: &App, to: &str) {
    let (key, code) = app.challenge(to);
    assert_eq!(app.verify(&key, &code).expect("an answer").status, 201);
}

#[test]
fn a_server_takes_over_new_keys_without_a_restart_and_seals_again() {
    let app = App::start(&[]);
    let (pending, code) = app.challenge("pending@keys.example");
    let said = done(keys(&app, &["rotate", "--at-once"]));
    assert_eq!(said.lines().filter(|line| line.contains("  2  in use from 20")).count(), 8, "{said}");
    let again = keys(&app, &["rotate", "seal"]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("version 2 of seal waits already"), "{again:?}");
    let sealed = eventually(Duration::from_secs(30), || {
        app.server.log().contains("everything that stays is sealed under the present key").then_some(())
    });
    assert!(sealed.is_some(), "{}", app.server.log());
    assert_eq!(app.verify(&pending, &code).expect("an answer").status, 201);
    works(&app, "after@keys.example");
    let listed = done(keys(&app, &["list"]));
    for version in ["1", "2"] {
        let is_it = |line: &str| line.split_whitespace().take(2).eq(["seal", version]);
        assert!(listed.lines().any(is_it), "version {version} is not in\n{listed}");
    }
    let pruned = done(keys(&app, &["prune"]));
    assert!(pruned.lines().all(|line| line.starts_with("kept     ")), "{pruned}");
    assert_eq!(pruned.lines().count(), 8, "{pruned}");
}

#[test]
fn kill_9_of_the_server_or_of_the_command_leaves_everything_readable() {
    let mut app = App::start(&[]);
    let from = Instant::now();
    done(keys(&app, &["list"]));
    // A rotation writes after what a listing does, so the moments reach beyond the latter's end.
    let takes = from.elapsed() * 3 / 2;
    for kill in 0..KILLS {
        let mut command = app.server.beside(&["keys", "rotate", "--at-once"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        thread::sleep(takes * kill / KILLS);
        let _ = child.kill();
        let _ = child.wait();
        if kill % 4 == 3 {
            app.server.kill();
            app.server.start_again();
        }
    }
    works(&app, "between@keys.example");
    // On a busy machine each of them may have been killed before it wrote: the last one runs to its end.
    let last = keys(&app, &["rotate", "--at-once"]);
    let said = String::from_utf8_lossy(&last.stderr);
    assert!(last.status.success() || said.contains("waits already"), "{last:?}");
    // By now the last of the new keys is used, and data has been or is about to be sealed again.
    thread::sleep(Duration::from_secs(11));
    app.server.kill();
    app.server.start_again();
    works(&app, "after@keys.example");
    let listed = done(keys(&app, &["list", "--json"]));
    let is_in_use_since = |line: &str| {
        let key: serde_json::Value = serde_json::from_str(line).expect("a key");
        key["state"] == "in use" && key["since"].is_string()
    };
    assert_eq!(listed.lines().filter(|line| is_in_use_since(line)).count(), 8, "{listed}");
}

#[test]
fn a_new_master_key_opens_everything_whenever_it_is_killed() {
    let mut app = App::start(&[]);
    let refused = keys(&app, &["rotate-master"]);
    assert_eq!(refused.status.code(), Some(4), "the server runs: {refused:?}");
    app.server.kill();
    let data = app.server.data().to_owned();
    let from = Instant::now();
    done(keys(&app, &["rotate-master"]));
    let takes = from.elapsed();
    assert!(keys(&app, &["rotate-master"]).status.code() == Some(3), "the former key is never overwritten");
    for kill in 1..=KILLS {
        fs::remove_file(data.join("master.key.old"))
            .or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            })
            .expect("the folder is ours");
        let mut command = app.server.beside(&["keys", "rotate-master"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        thread::sleep(takes * kill / KILLS);
        let _ = child.kill();
        let _ = child.wait();
        done(keys(&app, &["list"]));
    }
    app.server.start_again();
    works(&app, "after@keys.example");
}

#[test]
fn a_wrong_master_key_stops_every_command_about_keys() {
    let mut app = App::start(&[]);
    app.server.kill();
    let data = app.server.data().to_owned();
    let read = || fs::read(data.join("otpmint.db")).expect("the database");
    let before = read();
    fs::write(data.join("master.key"), format!("otpmint-master-key:{}\n", "5a".repeat(32)))
        .expect("our folder");
    for command in ["list", "rotate", "prune", "rotate-master"] {
        assert_eq!(keys(&app, &[command]).status.code(), Some(3), "{command}");
    }
    assert!(
        read() == before && !data.join("master.key.new").exists() && !data.join("master.key.old").exists()
    );
    assert_eq!(app.post("/otp", &json!({})).map(|reply| reply.status).ok(), None);
}
