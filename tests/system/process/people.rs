//! `kill -9` while a tenant is deleted and while a person is erased: afterwards it goes on and ends, and what belongs to
//! others stays as it is. A measurement of both beside mints.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::json;

use crate::process::app::{App, KEY, PASSWORD};
use crate::support::client::{self, Reply};
use crate::support::eventually;

const OTHER_KEY: &str = "qP3-violet-Walnut-77-anchor";
const JANE: &str = "jane@load.example";
const JOE: &str = "joe@load.example";

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The tables that are filled, each with the column in which copies differ. An identity grows by two at least.
const FILLED: [(&str, &str); 2] = [("challenges", "id"), ("deliveries", "challenge")];

fn open(app: &App) -> Connection {
    let connection = Connection::open(app.server.data().join("otpmint.db")).expect("the database");
    connection.busy_timeout(PATIENCE).expect("a setting");
    connection
}

fn number(app: &App, sql: &str) -> i64 {
    open(app).query_row(sql, [], |row| row.get(0)).expect("one number")
}

/// Two tenants, each with a message to Jane and to Joe: their rows.
fn two_tenants() -> (App, [i64; 2]) {
    let app = App::start(&[]);
    assert_eq!(app.register(OTHER_KEY, PASSWORD).status, 200);
    for key in [KEY, OTHER_KEY] {
        for to in [JANE, JOE] {
            assert_eq!(app.mint_as(key, to).expect("an answer").status, 200);
        }
    }
    let settled = || (number(&app, "SELECT count(*) FROM outbox") == 0).then_some(());
    eventually(PATIENCE, settled).expect("the messages are sent");
    let tenants =
        ["ASC", "DESC"].map(|order| number(&app, &format!("SELECT id FROM tenants ORDER BY id {order}")));
    (app, tenants)
}

/// Makes so many copies of each challenge of a tenant, with what became of its message, each a moment older.
fn fill(app: &App, tenant: i64, copies: i64) {
    let mut connection = open(app);
    let all = connection.transaction().expect("a transaction");
    for (table, key) in FILLED {
        let columns: Vec<String> = {
            let mut asked =
                all.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).expect("SQL");
            let names = asked.query_map([], |row| row.get(0)).expect("rows");
            names.collect::<Result<_, _>>().expect("names")
        };
        let values: Vec<String> = columns
            .iter()
            .map(|name| if name == key { format!("one.{name} - 2 * n") } else { format!("one.{name}") })
            .collect();
        let (columns, values) = (columns.join(", "), values.join(", "));
        all.execute_batch(&format!(
            "INSERT INTO {table} ({columns}) \
             WITH RECURSIVE ns(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM ns WHERE n < {copies}) \
             SELECT {values} FROM {table} one, ns WHERE one.tenant = {tenant}"
        ))
        .expect("copies");
    }
    let recipients = format!(
        "INSERT INTO recipients (tenant, recipient, sends, latest, failures, in_a_row, reserve) \
         WITH RECURSIVE ns(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM ns WHERE n < {copies}) \
         SELECT {tenant}, randomblob(16), x'', x'', x'', 9, x'' FROM ns"
    );
    all.execute_batch(&recipients).expect("recipients");
    all.commit().expect("a commit");
}

/// How many rows a tenant has in the tables that are filled.
fn left(app: &App, tenant: i64) -> i64 {
    let tables = ["challenges", "deliveries", "recipients"];
    let counts = tables.map(|table| format!("(SELECT count(*) FROM {table} WHERE tenant = {tenant})"));
    number(app, &format!("SELECT {}", counts.join(" + ")))
}

/// The rows of a query, as text.
fn rows(app: &App, table: &str, condition: &str) -> BTreeSet<String> {
    let connection = open(app);
    // A key that is used says when.
    let columns = if table == "secret_keys" { "hash, handle, tenant, name, scopes, expires_at" } else { "*" };
    let sql = format!("SELECT {columns} FROM {table} WHERE {condition}");
    let mut asked = connection.prepare(&sql).expect("SQL");
    let width = asked.column_count();
    let row = |row: &rusqlite::Row| {
        let cells = (0..width).map(|column| row.get::<_, rusqlite::types::Value>(column));
        Ok(format!("{table} {:?}", cells.collect::<Result<Vec<_>, _>>()?))
    };
    asked.query_map([], row).expect("rows").collect::<Result<_, _>>().expect("rows")
}

/// What a tenant has.
fn owned(app: &App, tenant: i64) -> BTreeSet<String> {
    let tables = ["challenges", "deliveries", "recipients", "secret_keys", "cells", "audit"];
    let of = |table: &str| rows(app, table, &format!("tenant = {tenant}"));
    let mut all: BTreeSet<_> = tables.iter().flat_map(|table| of(table)).collect();
    all.extend(rows(app, "tenants", &format!("id = {tenant}")));
    assert!(all.len() > 50, "{}", all.len());
    all
}

fn post(address: &str, key: &str, path: &str, to: &str) -> io::Result<Reply> {
    client::post(address, path, &[&format!("Authorization: Bearer {key}")], &json!({ "to": to }))
}

fn mint(address: &str, key: &str, to: &str) -> io::Result<Reply> {
    post(address, key, "/v1/challenges", to)
}

fn run(app: &App, command: &[&str]) {
    let done = app.server.beside(command).output().expect("the program");
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn integrity(database: &Path) -> (String, i64) {
    let connection = Connection::open(database).expect("the database opens");
    let sound = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer");
    let dangling =
        connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0));
    (sound, dangling.expect("a number"))
}

/// Decides that the first tenant is deleted at once.
fn doom(app: &App, tenant: i64) {
    let handle: String = open(app)
        .query_row(&format!("SELECT handle FROM tenants WHERE id = {tenant}"), [], |row| row.get(0))
        .expect("a handle");
    run(app, &["tenant", "disable", &handle]);
    run(app, &["tenant", "delete", &handle, "--now"]);
}

/// Kills the server once `is_time`, and returns whether that was so at all.
#[track_caller]
fn kill_when(app: &mut App, is_time: impl Fn(&App) -> bool) {
    let come = eventually(PATIENCE, || is_time(app).then_some(()));
    assert!(come.is_some(), "it stands still:\n{}", app.server.output());
    app.server.kill();
}

#[test]
fn a_deletion_goes_on_after_kill_9_and_ends_and_the_keys_stay_dead() {
    let (mut app, [mine, theirs]) = two_tenants();
    fill(&app, mine, 12_000);
    fill(&app, theirs, 500);
    let (full, before) = (left(&app, mine), owned(&app, theirs));
    doom(&app, mine);
    // A tenant that is disabled at the shell is refused within a second.
    let address = app.server.address();
    let is_dead = || mint(&address, KEY, "nobody@load.example").is_ok_and(|reply| reply.status == 401);
    eventually(PATIENCE, || is_dead().then_some(())).expect("its key works no more");
    let mut last = full;
    for part in [5, 3, 1] {
        kill_when(&mut app, |app| left(app, mine) < full * part / 6);
        let now = left(&app, mine);
        assert!((1..last).contains(&now), "killed between {last} and nothing: {now}");
        last = now;
        app.server.start_again();
        assert!(is_dead(), "the key of a tenant that is being deleted works again");
        assert_eq!(mint(&address, OTHER_KEY, "new@load.example").expect("an answer").status, 201);
    }
    kill_when(&mut app, |app| left(app, mine) == 0);
    // It waits for a minute until nothing is added any more: that minute passes.
    assert_eq!(number(&app, "SELECT count(*) FROM tenants"), 2, "the tenant itself goes last");
    open(&app).execute_batch("UPDATE deletions SET begun_at = begun_at - 60000").expect("a change");
    app.server.start_again();
    let is_gone = || (number(&app, "SELECT count(*) FROM tenants") == 1).then_some(());
    eventually(PATIENCE, is_gone).expect("the deletion ends");
    assert!(is_dead());
    assert_eq!(left(&app, mine), 0);
    assert_eq!(number(&app, &format!("SELECT count(*) FROM secret_keys WHERE tenant = {mine}")), 0);
    let lost: Vec<_> = before.difference(&owned(&app, theirs)).cloned().collect();
    assert!(lost.is_empty(), "of another: {:?}", &lost[..lost.len().min(3)]);
    app.server.kill();
    assert_eq!(integrity(&app.server.data().join("otpmint.db")), ("ok".to_owned(), 0));
}

fn erase(address: &str, to: &str) -> io::Result<Reply> {
    post(address, KEY, "/v1/tenant/recipients/erase", to)
}

#[test]
fn an_erasure_that_was_cut_off_by_kill_9_ends_when_it_is_repeated() {
    let (mut app, [mine, theirs]) = two_tenants();
    fill(&app, mine, 2_000);
    fill(&app, theirs, 500);
    let joes = format!(
        "tenant = {mine} AND recipient = (SELECT recipient FROM deliveries WHERE tenant = {mine} ORDER BY challenge DESC)"
    );
    let kept = |app: &App| {
        let mut all = owned(app, theirs);
        all.extend(rows(app, "deliveries", &joes));
        all
    };
    let before = kept(&app);
    let janes: String = open(&app)
        .query_row(
            &format!("SELECT hex(recipient) FROM deliveries WHERE tenant = {mine} ORDER BY challenge"),
            [],
            |row| row.get(0),
        )
        .expect("her index");
    let count = |app: &App, table: &str, more: &str| {
        number(
            app,
            &format!("SELECT count(*) FROM {table} WHERE tenant = {mine} AND recipient = x'{janes}'{more}"),
        )
    };
    let address = app.server.address();
    assert_eq!(count(&app, "deliveries", ""), 2_001);
    // While what is pending is canceled, then while rows go.
    let moments: [&dyn Fn(&App) -> bool; 3] = [
        &|app| count(app, "challenges", " AND status = 'pending'") < 1_200,
        &|app| count(app, "deliveries", "") < 1_900,
        &|app| count(app, "deliveries", "") < 1_000,
    ];
    for is_time in moments {
        thread::scope(|scope| {
            // Its connection breaks when the server is killed.
            let cut_off = scope.spawn(|| erase(&address, JANE));
            kill_when(&mut app, is_time);
            assert!(cut_off.join().expect("no panic").is_err(), "it was not cut off");
        });
        assert!(count(&app, "deliveries", "") > 0, "killed too late");
        app.server.start_again();
    }
    let erased = erase(&address, JANE).expect("an answer");
    assert_eq!(erased.status, 200, "{}", erased.body);
    for table in ["challenges", "deliveries"] {
        assert_eq!(count(&app, table, ""), 0, "{table}");
    }
    let of_his = format!("SELECT count(*) FROM challenges WHERE tenant = {mine}");
    assert_eq!(number(&app, &of_his), 2_001, "Joe's alone");
    let lost: Vec<_> = before.difference(&kept(&app)).cloned().collect();
    assert!(lost.is_empty(), "of others: {:?}", &lost[..lost.len().min(3)]);
    app.server.kill();
    assert_eq!(integrity(&app.server.data().join("otpmint.db")), ("ok".to_owned(), 0));
}

/// Mints until told to stop, and returns how long the answers took, sorted.
fn mint_meanwhile(address: &str, is_over: &AtomicBool) -> Vec<Duration> {
    let mut took = Vec::new();
    for number in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let (begun, to) = (Instant::now(), format!("meanwhile{number}@load.example"));
        let reply = mint(address, OTHER_KEY, &to).expect("an answer");
        assert_eq!(reply.status, 201, "{}", reply.body);
        took.push(begun.elapsed());
    }
    took.sort();
    took
}

/// Says how long something took, and how long mints beside it waited.
fn measure(app: &App, what: &str, run: impl FnOnce(&App)) {
    let (is_over, address) = (AtomicBool::new(false), app.server.address());
    let (span, took) = thread::scope(|scope| {
        let mints = scope.spawn(|| mint_meanwhile(&address, &is_over));
        let begun = Instant::now();
        run(app);
        let span = begun.elapsed();
        is_over.store(true, Ordering::Relaxed);
        (span, mints.join().expect("mints"))
    });
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let _ = writeln!(
        std::io::stderr(),
        "{what}: {:.1} s; {} mints beside it: median {:.1} ms, 99 % {:.1} ms, longest {:.1} ms",
        span.as_secs_f64(),
        took.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

#[test]
#[ignore = "a measurement over a million rows, for some minutes"]
fn measured_with_a_million_rows() {
    let (app, [mine, theirs]) = two_tenants();
    for tenant in [mine, theirs] {
        // Two challenges each are copied, with their deliveries.
        fill(&app, tenant, 100_000);
    }
    let total = left(&app, mine) + left(&app, theirs);
    let _ = writeln!(std::io::stderr(), "{total} rows");
    measure(&app, "nothing", |_| thread::sleep(Duration::from_secs(10)));
    measure(&app, "an erasure that finds one row in a million", |app| {
        assert_eq!(app.mint("one@load.example").expect("an answer").status, 200);
        assert_eq!(erase(&app.server.address(), "one@load.example").expect("an answer").status, 200);
    });
    measure(&app, "a deletion of the half, but for its minute of rest", |app| {
        doom(app, mine);
        eventually(Duration::from_secs(1_200), || (left(app, mine) == 0).then_some(())).expect("an end");
    });
}
