//! `kill -9` at any moment: acknowledged changes hold, and queued messages are sent.

use std::env;
use std::hash::{BuildHasher, RandomState};
use std::io::Write as _;
use std::path::Path;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use mail_catcher::{Fault, Stage};
use rusqlite::Connection;

use crate::process::app::{App, mint_at};
use crate::process::ledger::Ledger;
use crate::support::eventually;

/// `OTPMINT_KILLS` asks for more.
const KILLS: u64 = 10;
const CLIENTS: usize = 6;

#[test]
fn what_was_acknowledged_survives_kill_9_at_random_moments() {
    let mut app = App::start(&[]);
    let kills = env::var("OTPMINT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    let ledger = Ledger::default();
    let address = app.server.address();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (catcher, ledger, address) = (&app.catcher, &ledger, &address);
            scope.spawn(move || ledger.client(catcher, address, client));
        }
        // A failure here must end the clients too, or the scope would wait for ever.
        let stop = StopAtEnd(&ledger);
        for _ in 0..kills {
            wait_for_progress(&ledger);
            app.server.kill();
            app.server.start_again();
        }
        wait_for_progress(&ledger);
        drop(stop);
    });
    app.server.kill();
    assert_eq!(integrity(&app.server.data().join("otpmint.db")), "ok");
    app.server.start_again();
    let entries = ledger.entries.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let _ = writeln!(std::io::stderr(), "{kills} kills, {} challenges checked", entries.len());
    assert!(entries.len() >= kills as usize, "hardly any load: {}", entries.len());
    entries.into_iter().for_each(|entry| entry.check(&ledger, &address));
}

struct StopAtEnd<'a>(&'a Ledger);

impl Drop for StopAtEnd<'_> {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

/// Some acknowledged work, and then a random moment.
fn wait_for_progress(ledger: &Ledger) {
    let random = RandomState::new().hash_one(ledger.acknowledged.load(Ordering::Relaxed));
    let enough = ledger.acknowledged.load(Ordering::Relaxed) + 1 + random % 40;
    let done = eventually(Duration::from_secs(20), || {
        (ledger.acknowledged.load(Ordering::Relaxed) >= enough).then_some(())
    });
    assert!(done.is_some(), "the load stands still");
    thread::sleep(Duration::from_millis((random >> 32) % 40));
}

fn integrity(database: &Path) -> String {
    let connection = Connection::open(database).expect("the database opens");
    connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer")
}

#[test]
fn what_waits_in_the_outbox_goes_out_after_kill_9() {
    let mut app = App::start(&[]);
    app.catcher.set_faults(vec![Fault::Reply(Stage::Mail, 451).always()]);
    let recipients: Vec<String> = (0..5).map(|n| format!("waiting{n}@load.example")).collect();
    thread::scope(|scope| {
        let address = app.server.address();
        for to in &recipients {
            let address = address.clone();
            // Their connections break when the server is killed.
            scope.spawn(move || mint_at(&address, crate::process::app::KEY, to));
        }
        app.wait_for_metric("otpmint_mints_total", 5.0);
        app.server.kill();
    });
    assert_eq!(app.catcher.received(), 0);
    app.catcher.set_faults(Vec::new());
    app.server.start_again();
    for to in &recipients {
        let came = eventually(Duration::from_secs(15), || app.code_for(to));
        assert!(came.is_some(), "{to} was forgotten; log:\n{}", app.server.output());
    }
}
