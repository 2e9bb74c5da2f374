//! Start: which files exist, who may read them, and what stops it with which exit code.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use crate::process::app::App;
use crate::support::client::get;
use crate::support::eventually;
use crate::support::server::Server;

const SOON: Duration = Duration::from_secs(10);

#[test]
fn a_server_that_lives_and_is_ready_says_so() {
    let server = Server::new("").start();
    for path in ["/livez", "/readyz", "/healthz"] {
        let reply = get(&server.address(), path).unwrap();
        assert_eq!((reply.status, reply.json()["status"].as_str()), (200, Some("pass")), "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    assert_eq!(get(&server.address(), "/dev/inbox").unwrap().status, 404);
    assert_eq!(get(&server.address(), "/dev/inbox.json").unwrap().status, 404);
    assert_eq!(
        get(&server.address(), "/metrics").unwrap().status,
        404,
        "the metrics are on their own listener"
    );
}

#[test]
fn a_second_server_on_the_same_data_refuses_with_exit_code_4() {
    let server = Server::new("").start();
    let mut second = Server::new("").data_in(server.data());
    second.spawn();
    assert_eq!(second.wait(SOON).expect("it ends").code(), Some(4));
    assert!(second.output().contains("another otpmint server uses this folder"), "{}", second.output());
    assert_eq!(server.get("/readyz").unwrap().0, 200);
}

#[test]
fn the_data_is_free_again_when_its_server_was_killed() {
    let mut server = Server::new("").start();
    server.kill();
    server.start_again();
}

#[test]
fn a_port_in_use_is_named_and_the_exit_code_is_1() {
    let first = Server::new("").start();
    let metrics = first.metrics_url().replace("http://", "").replace("/metrics", "");
    for (setting, address) in
        [("OTPMINT_SERVER__LISTEN", first.address()), ("OTPMINT_SERVER__METRICS_LISTEN", metrics)]
    {
        let mut second = Server::new("").env(setting, &address);
        second.spawn();
        assert_eq!(second.wait(SOON).expect("it ends").code(), Some(1), "{setting}");
        let said = second.output();
        assert!(said.contains(&format!("{address} is taken by process")), "{said}");
    }
}

#[test]
fn the_operator_token_is_printed_once() {
    let mut server = Server::new("").start();
    let token = fs::read_to_string(server.data().join("operator.token")).unwrap();
    assert_eq!(server.output().matches(token.trim()).count(), 1);
    assert!(server.terminate(SOON).expect("it ends").success());
    server.start_again();
    assert_eq!(server.output().matches(token.trim()).count(), 1, "printed again");
}

#[test]
fn an_operator_token_of_the_settings_is_neither_printed_nor_kept() {
    let token = "the-token-of-the-settings-of-this-server";
    let server = Server::new("").env("OTPMINT_SERVER__OPERATOR_TOKEN", token).start();
    assert!(!server.data().join("operator.token").exists());
    assert!(!server.output().contains(token) && !server.output().contains("otpo_"), "{}", server.output());
}

#[test]
fn a_start_that_fails_does_not_swallow_the_operator_token() {
    let mut server = Server::new("");
    let blocker = TcpListener::bind(server.address()).unwrap();
    server.spawn();
    assert_eq!(server.wait(SOON).expect("it ends").code(), Some(1));
    drop(blocker);
    server.start_again();
    let token = fs::read_to_string(server.data().join("operator.token")).unwrap();
    // It listens before it prints that it does.
    let shown = || Some(server.output().matches(token.trim()).count()).filter(|count| *count > 0);
    assert_eq!(eventually(SOON, shown), Some(1), "never shown:\n{}", server.output());
}

#[test]
fn what_the_server_keeps_is_for_its_owner_alone() {
    let app = App::start(&[]);
    app.challenge("modes@files.example");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(app.server.data().to_owned()), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(app.server.data()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(path.clone()), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().display().to_string());
    }
    for name in ["otpmint.db", "otpmint.db-wal", "master.key", "operator.token"] {
        assert!(names.iter().any(|n| n == name), "{name} is not among {names:?}");
    }
}

#[test]
fn a_wrong_master_key_stops_the_start_with_exit_code_3_and_touches_nothing() {
    let mut app = App::start(&[]);
    app.server.terminate(SOON).expect("it ends");
    let (key, database) = (app.server.data().join("master.key"), app.server.data().join("otpmint.db"));
    let (right, before) = (fs::read(&key).unwrap(), fs::read(&database).unwrap());
    let mut other = Server::new("").start();
    other.kill();
    fs::write(&key, fs::read(other.data().join("master.key")).unwrap()).unwrap();
    app.server.spawn();
    assert_eq!(app.server.wait(SOON).expect("it refuses").code(), Some(3), "{}", app.server.output());
    fs::remove_file(&key).unwrap();
    app.server.spawn();
    assert_eq!(app.server.wait(SOON).expect("it refuses").code(), Some(3), "a missing key was replaced");
    assert!(!key.exists(), "a new key was made for an old database");
    assert_eq!(fs::read(&database).unwrap(), before);
    fs::write(&key, right).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    app.server.start_again();
    app.challenge("again@files.example");
}

#[test]
fn a_signal_during_the_start_is_kept_until_the_server_can_drain() {
    let mut server = Server::new("");
    server.spawn();
    // As soon as there is something to stop, ready or not.
    let begun = || server.data().join("otpmint.db").exists().then_some(());
    eventually(SOON, begun).expect("it starts");
    server.signal("TERM");
    assert_eq!(server.wait(SOON).expect("it ends").code(), Some(0), "{}", server.output());
}
