//! A disk that is full, read-only or broken: 503, no false acknowledgement, and recovery without a restart.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::app::App;
use crate::support::client::Reply;
use crate::support::eventually;
use crate::support::lab::{Missing, need, need_command};
use crate::support::server::Server;
use crate::support::tmpfs::Tmpfs;

/// Mints until the server refuses; the acknowledged ones are kept.
#[track_caller]
fn mint_until_refused(app: &App, name: &str, kept: &mut Vec<(String, String)>) -> Reply {
    for n in 0..400 {
        let to = format!("{name}{n}@full.example");
        let reply = app.mint(&to).unwrap();
        if reply.status != 200 {
            return reply;
        }
        kept.push((reply.body, app.code_for(&to).expect("what was acknowledged was sent")));
    }
    panic!("the disk never filled up");
}

#[track_caller]
fn assert_unavailable(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.body);
    let seconds: u64 = reply.header("retry-after").expect("Retry-After").parse().unwrap();
    assert!(seconds >= 1);
}

#[track_caller]
fn wait_until_ready(app: &App) -> Duration {
    let begun = Instant::now();
    let ready = eventually(Duration::from_secs(12), || (app.readiness() == Some(200)).then_some(()));
    assert!(ready.is_some(), "it did not recover by itself; log:\n{}", app.server.log());
    begun.elapsed()
}

/// Longer than the interval of housekeeping, which writes nothing if nothing is to be done.
#[track_caller]
fn stays_unready(app: &App) {
    let ready = eventually(Duration::from_secs(6), || (app.readiness() == Some(200)).then_some(()));
    assert!(ready.is_none(), "it asks for requests while it cannot record");
}

#[test]
fn a_full_disk_means_503_and_space_means_service() {
    let Some(disk) = need(Tmpfs::mount(4 << 20)) else { return };
    let app = App::start_empty(&[], |server| server.data_in(&disk.path().join("data")));
    assert_eq!(app.register(crate::process::app::KEY, crate::process::app::PASSWORD).status, 200);
    let mut acknowledged = vec![app.challenge("before@full.example")];
    let ballast = disk.fill();

    let sent_before = app.catcher.received();
    let refused = mint_until_refused(&app, "during", &mut acknowledged);
    assert_unavailable(&refused);
    assert_eq!(app.catcher.received() - sent_before, acknowledged.len() as u64 - 1, "sent but not recorded");
    assert_eq!(app.readiness(), Some(503), "it still asks for requests");
    let (key, code) = &acknowledged[0];
    assert_unavailable(&app.verify(key, code).unwrap());
    assert_eq!(crate::support::client::get(&app.server.address(), "/livez").unwrap().status, 200);

    fs::remove_file(ballast).unwrap();
    let recovered = wait_until_ready(&app);
    let _ = writeln!(std::io::stderr(), "full disk: ready {recovered:.1?} after there was space");
    acknowledged.push(app.challenge("after@full.example"));
    for (key, code) in &acknowledged {
        assert_eq!(app.verify(key, code).unwrap().status, 201, "an acknowledged code was lost");
        assert_eq!(app.verify(key, code).unwrap().status, 400);
    }
}

/// Gives `pages` of 4 KiB back, of the space that a file takes.
fn free(ballast: &Path, pages: u64) {
    let file = fs::File::options().write(true).open(ballast).unwrap();
    let size = file.metadata().unwrap().len();
    file.set_len(size.checked_sub(pages * 4096).expect("there is always something to free")).unwrap();
}

#[test]
fn a_first_start_on_a_full_disk_leaves_nothing_that_stops_a_later_one() {
    let Some(disk) = need(Tmpfs::mount(4 << 20)) else { return };
    let server = Server::new("").data_in(&disk.path().join("data"));
    let ballast = disk.fill();
    // With no space at all, then for the key alone, then for parts of the database.
    for pages in [0, 1, 1, 2, 4, 8, 16, 32] {
        free(&ballast, pages);
        let refused = server.beside(&["store", "migrate"]).output().unwrap();
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(4), "{said}");
        let is_whole = |key: String| key.starts_with("otpmint-master-key:") && key.ends_with('\n');
        let key = fs::read_to_string(server.data().join("master.key"));
        assert!(key.map_or(pages == 0, is_whole), "{pages} pages: {said}");
    }
    fs::remove_file(&ballast).unwrap();
    server.start();
}

#[test]
fn an_operator_token_that_finds_no_space_is_made_and_shown_by_a_later_start() {
    let Some(disk) = need(Tmpfs::mount(4 << 20)) else { return };
    let mut server = Server::new("").data_in(&disk.path().join("data"));
    // All but the token is there.
    assert!(server.beside(&["store", "migrate"]).status().unwrap().success());
    let token = server.data().join("operator.token");
    let ballast = disk.fill();
    let mut has_lacked_space = false;
    while !shows_the_token(&mut server) {
        assert!(!token.exists(), "{:?}", fs::read(&token));
        has_lacked_space |= server.log().contains("operator.token: No space left");
        free(&ballast, 1);
    }
    assert!(has_lacked_space, "{}", server.log());
    // The line of the token may come a moment after the one that announces it.
    let token = fs::read_to_string(token).unwrap();
    let is_shown = || server.output().contains(token.trim()).then_some(());
    assert!(eventually(Duration::from_secs(12), is_shown).is_some(), "another token was shown");
    fs::remove_file(ballast).unwrap();
    let ready = || server.get("/readyz").filter(|(status, _)| *status == 200);
    assert!(eventually(Duration::from_secs(12), ready).is_some(), "{}", server.log());
}

/// Starts. A start that does not come to show the operator token has to end with exit code 4.
#[track_caller]
fn shows_the_token(server: &mut Server) -> bool {
    server.spawn();
    let ended = eventually(Duration::from_secs(20), || match server.wait(Duration::ZERO) {
        Some(ended) => Some(ended.code()),
        None => server.output().contains("Operator token").then_some(None),
    });
    let code = ended.expect("it ends or shows the token");
    assert!(matches!(code, None | Some(4)), "{code:?}: {}", server.log());
    code.is_none()
}

#[test]
fn a_read_only_disk_stops_the_start_with_exit_code_4() {
    let Some(mut disk) = need(Tmpfs::mount(4 << 20)) else { return };
    let mut app = App::start_empty(&[], |server| server.data_in(&disk.path().join("data")));
    app.server.terminate(Duration::from_secs(10)).expect("it ends");
    disk.make_read_only();
    app.server.spawn();
    let ended = app.server.wait(Duration::from_secs(10)).expect("it refuses");
    assert_eq!(ended.code(), Some(4), "{}", app.server.output());
    assert!(app.server.log().contains("Read-only file system"), "{}", app.server.log());
    disk.make_writable();
    app.server.start_again();
}

/// Makes system calls on the database's files fail until it is dropped.
struct BrokenDisk(Child);

impl BrokenDisk {
    fn attach(server: &Server, fault: &str) -> Result<BrokenDisk, Missing> {
        need_command("strace")?;
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-o", "/dev/null", "-e", fault, "-p", &server.pid().to_string()]);
        for name in ["otpmint.db", "otpmint.db-wal"] {
            strace.arg("-P").arg(server.data().join(name));
        }
        let child = strace.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
        let broken = BrokenDisk(child.map_err(|error| Missing(format!("strace: {error}")))?);
        match eventually(Duration::from_secs(5), || all_traced(server.pid()).then_some(())) {
            Some(()) => Ok(broken),
            None => Err(Missing("strace may not attach to a process here".to_owned())),
        }
    }
}

impl Drop for BrokenDisk {
    fn drop(&mut self) {
        // When killed, it releases the server, which continues.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn all_traced(pid: u32) -> bool {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return false };
    tasks.flatten().all(|task| is_traced(&task.path()))
}

fn is_traced(task: &Path) -> bool {
    let status = fs::read_to_string(task.join("status")).unwrap_or_default();
    !status.contains("TracerPid:\t0\n")
}

fn breaks_and_recovers(name: &str, fault: &str) {
    let app = App::start(&[]);
    let acknowledged = app.challenge(&format!("before.{name}@broken.example"));
    let Some(broken) = need(BrokenDisk::attach(&app.server, fault)) else { return };
    let sent = app.catcher.received();
    assert_unavailable(&app.mint(&format!("during.{name}@broken.example")).unwrap());
    assert_unavailable(&app.verify(&acknowledged.0, &acknowledged.1).unwrap());
    assert_eq!(app.readiness(), Some(503));
    assert_eq!(app.catcher.received(), sent, "sent but not recorded");
    stays_unready(&app);
    drop(broken);
    let recovered = wait_until_ready(&app);
    let after = app.challenge(&format!("after.{name}@broken.example"));
    for (key, code) in [acknowledged, after] {
        assert_eq!(app.verify(&key, &code).unwrap().status, 201, "{}", app.server.log());
    }
    let _ = writeln!(
        std::io::stderr(),
        "{name}: refused while broken, and ready {recovered:.1?} after it was mended"
    );
}

#[test]
fn an_fsync_that_fails_means_503_and_recovery_without_a_restart() {
    breaks_and_recovers("fsync", "inject=fdatasync,fsync:error=EIO");
}

#[test]
fn a_disk_that_turns_read_only_means_503_and_recovery_without_a_restart() {
    breaks_and_recovers("readonly", "inject=pwrite64,write:error=EROFS");
}

#[test]
fn a_disk_that_has_no_space_for_a_single_page_means_503_and_recovery_without_a_restart() {
    breaks_and_recovers("space", "inject=pwrite64,write:error=ENOSPC");
}
