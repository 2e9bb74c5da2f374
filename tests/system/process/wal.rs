//! Somebody else reads the database for a long time, as a backup does: the WAL grows only meanwhile.

use std::fs;
use std::io::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::process::app::{App, KEY, mint_at};
use crate::support::eventually;

/// The size at which the WAL is checkpointed automatically: 2000 pages.
const BY_ITSELF: u64 = 2_000 * 4_096;
const CLIENTS: usize = 4;
const MINTS: usize = 100;
/// Housekeeping checkpoints it every five seconds; a busy machine may take longer.
const SOON: Duration = Duration::from_secs(20);

fn size(app: &App) -> u64 {
    fs::metadata(app.server.data().join("otpmint.db-wal")).map_or(0, |wal| wal.len())
}

/// Mints from several clients; returns the longest duration of one.
fn load(app: &App, name: &str) -> Duration {
    let address = app.server.address();
    thread::scope(|scope| {
        let client = |client: usize| {
            let address = address.clone();
            scope.spawn(move || {
                let mint = |n| {
                    let begun = Instant::now();
                    let reply = mint_at(&address, KEY, &format!("{name}{client}.{n}@wal.example")).unwrap();
                    assert_eq!(reply.status, 200, "{}", reply.body);
                    begun.elapsed()
                };
                (0..MINTS).map(mint).max().unwrap()
            })
        };
        let clients: Vec<_> = (0..CLIENTS).map(client).collect();
        clients.into_iter().map(|client| client.join().unwrap()).max().unwrap()
    })
}

#[test]
fn a_reader_that_stays_makes_the_wal_grow_and_when_it_has_gone_it_is_folded_away() {
    let app = App::start(&[]);
    let (key, code) = app.challenge("jane@wal.example");
    let reader = Connection::open(app.server.data().join("otpmint.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM challenges;").unwrap();
    let before = size(&app);
    let mut longest = load(&app, "a");
    let mut minted = CLIENTS * MINTS;
    while size(&app) <= BY_ITSELF + BY_ITSELF / 4 && minted < 4_000 {
        longest = longest.max(load(&app, &format!("n{minted}.")));
        minted += CLIENTS * MINTS;
    }
    let grown = size(&app);
    assert!(grown > BY_ITSELF, "{grown} bytes: the reader did not matter, so this shows nothing");
    assert_eq!(app.verify(&key, &code).unwrap().status, 201, "the service goes on");
    app.wait_for_metric("otpmint_wal_bytes", BY_ITSELF as f64);

    drop(reader);
    let gone = Instant::now();
    let folded = eventually(SOON, || (size(&app) < 1 << 20).then_some(gone.elapsed()));
    let folded = folded.unwrap_or_else(|| panic!("{} bytes are left", size(&app)));
    let _ = writeln!(
        std::io::stderr(),
        "{} bytes of WAL for each of {minted} mints while somebody reads; the longest took {longest:.0?}; folded \
         {folded:.1?} after the reader had gone",
        (grown - before) / minted as u64
    );
}
