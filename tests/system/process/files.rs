//! As few open files as the system allows, and a crowd that takes all it can get.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::process::app::{App, KEY};
use crate::support::client::{Wire, request};
use crate::support::eventually;
use crate::support::lab::{need, need_command, need_root};
use crate::support::memory::open_files;

/// Files that the server may have open, in total.
const FILES: usize = 128;
/// Half of them are reserved for connections.
const CONNECTIONS: usize = FILES / 2;
const CROWD: usize = 300;
/// How long processor time is measured.
const LOOK: Duration = Duration::from_secs(2);

#[test]
fn a_crowd_that_takes_every_file_it_can_get_stops_neither_what_is_under_way_nor_the_mail() {
    let Some(()) = need(need_command("prlimit").and(need_root("counting its files"))) else { return };
    let limit = format!("--nofile={FILES}:{FILES}");
    let app = App::start_empty(&[("SERVER__IDLE_TIMEOUT_SECONDS", "60")], |server| {
        server.command(|command| [vec!["prlimit".to_owned(), limit], command].concat())
    });
    assert_eq!(app.register(KEY, crate::process::app::PASSWORD).status, 200);
    assert!(app.server.log().contains("few files may be open"), "{}", app.server.log());
    let mut ours = Wire::open(&app.server.address()).unwrap();
    mint_over(&mut ours, &app, "before@files.example");

    let crowd: Vec<TcpStream> = (0..CROWD)
        .map(|_| TcpStream::connect(app.server.address()).expect("the system accepts it"))
        .collect();
    let full = || (open_files(app.server.pid()) > CONNECTIONS).then_some(());
    assert!(eventually(Duration::from_secs(10), full).is_some(), "{} files", open_files(app.server.pid()));
    // Each needs a session with the mail server and a place in the database.
    let begun = Instant::now();
    for n in 0..10 {
        mint_over(&mut ours, &app, &format!("during{n}@files.example"));
    }
    let served = begun.elapsed();
    assert!(open_files(app.server.pid()) < FILES, "no file is left");
    let busy = processor_time(&app, LOOK);
    assert!(busy < LOOK / 4, "{busy:?} of {LOOK:?}: it spins");

    drop(crowd);
    let gone = Instant::now();
    app.challenge("after@files.example");
    let _ = writeln!(
        std::io::stderr(),
        "{CROWD} connections at a limit of {FILES} files: 10 mints in {served:.1?}, {busy:.0?} of processor time in \
         {LOOK:?}, a new connection served {:.1?} after they had gone",
        gone.elapsed()
    );
    assert!(!app.server.log().contains("Too many open files"), "{}", app.server.log());
}

/// Mints on a persistent connection, and waits for the mail.
#[track_caller]
fn mint_over(wire: &mut Wire, app: &App, to: &str) {
    let body = json!({ "mail": to, "secretKey": KEY }).to_string();
    wire.send(request("POST", "/otp", &["Content-Type: application/json"], &body)).unwrap();
    let reply = wire.reply().expect("an answer on a connection that is open already");
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(app.code_for(to).is_some(), "what was acknowledged was sent");
}

/// Processor time of the server within `span`.
fn processor_time(app: &App, span: Duration) -> Duration {
    let used = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", app.server.pid())).expect("it runs");
        let (_, fields) = stat.rsplit_once(')').expect("a name in parentheses");
        // User and system time, in hundredths of a second: proc(5).
        let ticks: u64 = fields.split_whitespace().skip(11).take(2).map(|n| n.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 10)
    };
    let before = used();
    std::thread::sleep(span);
    used() - before
}
