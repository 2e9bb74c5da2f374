//! `otpmint tenant …` next to a running server under load.

use std::fs;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::app::{App, KEY, PASSWORD, SENDER, mint_at};
use crate::support::eventually;
use crate::support::lab::{need, need_command};

/// How long a disabled tenant may still get through, plus a little for the request itself.
const EFFECTIVE: Duration = Duration::from_millis(1_500);

/// Runs a command to its end; returns its output.
#[track_caller]
fn run(app: &App, command: &[&str]) -> String {
    let Output { status, stdout, stderr } = app.server.beside(command).output().unwrap();
    let said = String::from_utf8_lossy(&stdout).into_owned();
    assert!(status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&stderr));
    said
}

/// The word after `label`.
#[track_caller]
fn word(said: &str, label: &str) -> String {
    let found = said.lines().find_map(|line| line.strip_prefix(label)).map(str::trim);
    found.unwrap_or_else(|| panic!("no {label:?} in {said}")).to_owned()
}

/// Adds a tenant; returns its handle and key.
fn add(app: &App) -> (String, String) {
    let password = app.server.data().join("../password");
    fs::write(&password, PASSWORD).unwrap();
    let port = app.catcher.address().port().to_string();
    let file = password.display().to_string();
    let said = run(
        app,
        &[
            "tenant",
            "add",
            "--name",
            "Added",
            "--smtp-host",
            "localhost",
            "--smtp-port",
            &port,
            "--smtp-mail",
            SENDER,
            "--smtp-password-file",
            &file,
        ],
    );
    (word(&said, "tenant "), word(&said, "secret key "))
}

#[track_caller]
fn wait_until_refused(app: &App, key: &str) {
    let from = Instant::now();
    let refused = eventually(EFFECTIVE, || {
        let reply =
            app.mint_as(key, &format!("until{}@commands.example", from.elapsed().as_millis())).unwrap();
        (reply.status == 400).then_some(reply)
    });
    let refused = refused.expect("the key still works after a second");
    assert_eq!(refused.body, "Error: The secretKey is not valid.");
}

#[test]
fn tenants_are_added_disabled_and_enabled_under_load() {
    let app = App::start(&[]);
    let (stop, load) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        for client in 0..2 {
            let (address, stop, load) = (app.server.address(), &stop, &load);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let count = load.fetch_add(1, Ordering::Relaxed);
                    let to = format!("load{client}.{count}@commands.example");
                    assert_eq!(mint_at(&address, KEY, &to).unwrap().status, 200);
                }
            });
        }
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| add_disable_enable(&app)));
        stop.store(true, Ordering::Relaxed);
        done.unwrap();
    });
    assert!(load.load(Ordering::Relaxed) > 10, "there was hardly any load");
}

fn add_disable_enable(app: &App) {
    let (handle, key) = add(app);
    assert_eq!(app.mint_as(&key, "at.once@commands.example").unwrap().status, 200);
    assert!(run(app, &["tenant", "list"]).contains(&handle));
    let shown = run(app, &["tenant", "show", &handle]);
    assert!(shown.contains("active") && !shown.contains(PASSWORD) && !shown.contains(&key), "{shown}");
    run(app, &["tenant", "disable", &handle]);
    wait_until_refused(app, &key);
    run(app, &["tenant", "enable", &handle]);
    let works = eventually(EFFECTIVE, || {
        (app.mint_as(&key, "enabled@commands.example").unwrap().status == 200).then_some(())
    });
    assert!(works.is_some(), "still switched off");
}

#[test]
fn a_challenge_of_a_disabled_tenant_is_not_verified() {
    let app = App::start(&[]);
    let (handle, key) = add(&app);
    let minted = app.mint_as(&key, "jane@disabled.example").unwrap();
    let code = app.code_for("jane@disabled.example").unwrap();
    run(&app, &["tenant", "disable", &handle]);
    assert_eq!(app.verify(&minted.body, &code).unwrap().status, 400);
}

#[test]
fn after_a_rotation_both_keys_work_for_a_while_or_only_the_new_one() {
    let app = App::start(&[]);
    let (handle, first) = add(&app);
    let second = word(&run(&app, &["tenant", "rotate-key", &handle]), "secret key ");
    for key in [&first, &second] {
        assert_eq!(app.mint_as(key, "overlap@commands.example").unwrap().status, 200);
    }
    let third = run(&app, &["tenant", "rotate-key", &handle, "--overlap-hours", "0"]);
    let third = word(&third, "secret key ");
    for key in [&first, &second] {
        wait_until_refused(&app, key);
    }
    assert_eq!(app.mint_as(&third, "third@commands.example").unwrap().status, 200);
}

#[test]
fn a_shell_completes_the_commands_and_man_explains_them() {
    let Some(()) = need(need_command("bash")) else { return };
    let folder = TempDir::new().unwrap();
    let otpmint = |arguments: &[&str]| {
        let Output { status, stdout, .. } =
            Command::new(env!("CARGO_BIN_EXE_otpmint")).args(arguments).output().unwrap();
        assert!(status.success(), "{arguments:?}");
        String::from_utf8(stdout).unwrap()
    };
    let script = folder.path().join("otpmint.bash");
    fs::write(&script, otpmint(&["completions", "bash"])).unwrap();
    let asked = format!(
        "source {}; COMP_WORDS=(otpmint tenant r); COMP_CWORD=2; _otpmint otpmint r tenant; echo ${{COMPREPLY[*]}}",
        script.display()
    );
    let completed = Command::new("bash").args(["-c", &asked]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&completed.stdout).trim(), "restore rotate-key revoke-key route");

    let pages = folder.path().join("man1");
    otpmint(&["man", &pages.display().to_string()]);
    for (page, part) in [("otpmint.1", ".SH DESCRIPTION"), ("otpmint-tenant-rotate-key.1", "overlap")] {
        let text = fs::read_to_string(pages.join(page)).unwrap();
        assert!(text.contains(part), "{page}: {text}");
    }
}
