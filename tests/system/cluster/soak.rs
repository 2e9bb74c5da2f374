//! Two nodes under a steady load, for as long as somebody likes: what grows?

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::cluster::plan::number;
use crate::cluster::rig::Rig;
use crate::support::lab::need;
use crate::support::memory::{open_files, resident};
use crate::support::postgres::pair::{Pair, url};
use crate::torture::actor::{mint, verify};
use crate::torture::asked::Face;
use crate::torture::hand::{Hand, Manner};
use crate::torture::history::{Answer, Medium, Try};
use crate::torture::report::say;
use crate::torture::world::World;

const TTL: u64 = 60;

/// Connections that share the load.
const HANDS: u64 = 4;

/// Rows of the table at the end.
const SAMPLES: u32 = 24;

/// Ended challenges are deleted after a minute, so that the sweep works all the time.
const SHORT_MEMORY: &str = "[codes]\nkeep_ended_seconds = 60\n";

/// The tables that are shown. The first ones empty themselves, the last ones keep everything for months.
const TABLES: [&str; 7] = ["challenges", "outbox", "writers", "nodes", "counts", "audit", "deliveries"];

#[test]
#[ignore = "takes as many minutes as it is told"]
fn nothing_grows_that_should_not() {
    let minutes = number("MINUTES").unwrap_or(60);
    let rate = number("RATE").unwrap_or(10);
    let Some(pair) = need(Pair::start()) else { return };
    let url = url(&pair.ports());
    let rig = Rig::start(&[&url, &url], SHORT_MEMORY);
    let (is_over, done, wrong) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let length = Duration::from_secs(minutes * 60);
    let pause = Duration::from_millis(1_000 * HANDS / rate);
    let samples = thread::scope(|scope| {
        for _ in 0..HANDS {
            scope.spawn(|| load(&rig.world, pause, &is_over, (&done, &wrong)));
        }
        let begun = Instant::now();
        let samples = (0..=SAMPLES).map(|number| {
            thread::sleep((length * number / SAMPLES).saturating_sub(begun.elapsed()));
            Sample::take(&rig, begun.elapsed(), done.load(Ordering::Relaxed))
        });
        let samples: Vec<Sample> = samples.collect();
        is_over.store(true, Ordering::Relaxed);
        samples
    });
    say(&table(&samples));
    say(&bloat(&rig));
    let (done, wrong) = (done.into_inner(), wrong.into_inner());
    say(&format!("{done} codes minted, mistyped and verified in {minutes} minutes; {wrong} not as expected"));
    assert_eq!(wrong, 0);
    assert_flat(&samples);
}

/// Mints, answers wrong and then right, and pauses.
fn load(world: &World, pause: Duration, is_over: &AtomicBool, (done, wrong): (&AtomicUsize, &AtomicUsize)) {
    let mut hand = Hand::new(world);
    let tenant = &world.tenants[0];
    let mut next = Instant::now();
    for number in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        next += pause;
        thread::sleep(next.saturating_duration_since(Instant::now()));
        // Every fourth is mailed, and abandoned: it expires.
        if number % 4 == 3 {
            let subject = mint(&mut hand, Medium::Mailed, &tenant.key, TTL, Manner::Plain);
            wrong.fetch_add(usize::from(subject.key.is_none()), Ordering::Relaxed);
        } else {
            let subject = mint(&mut hand, Medium::Told, &tenant.key, TTL, Manner::Plain);
            let code = subject.code.clone().unwrap_or_default();
            let mut answer = |which, code: &str, face| {
                verify(&mut hand, tenant, &subject, &tenant.key, face, (which, code), Manner::Plain)
            };
            let first = answer(Try::Wrong, &format!("{code}0"), Face::V1);
            let second = answer(Try::Right, &code, Face::Compat);
            let is_right = matches!(first, Some(Answer::Mismatched { .. }))
                && matches!(second, Some(Answer::Verified(_)));
            wrong.fetch_add(usize::from(!is_right), Ordering::Relaxed);
        }
        // The history is of no use here, and would grow.
        hand.log.clear();
        done.fetch_add(1, Ordering::Relaxed);
    }
}

/// What there is at one moment.
struct Sample {
    at: Duration,
    done: usize,
    /// Of both nodes.
    memory: [u64; 2],
    files: [usize; 2],
    connections: i64,
    database: i64,
    /// Live and dead rows of the first four tables.
    rows: Vec<(i64, i64)>,
}

impl Sample {
    fn take(rig: &Rig, at: Duration, done: usize) -> Sample {
        let pids = [rig.nodes[0].pid(), rig.nodes[1].pid()];
        let one = |sql: &str| numbers(rig, sql)[0][0];
        let rows = TABLES[..4].iter().map(|table| {
            let sql =
                format!("SELECT n_live_tup, n_dead_tup FROM pg_stat_user_tables WHERE relname = '{table}'");
            let found = numbers(rig, &sql);
            (found[0][0], found[0][1])
        });
        Sample {
            at,
            done,
            memory: pids.map(resident),
            files: pids.map(open_files),
            connections: one("SELECT count(*) FROM pg_stat_activity WHERE usename = 'otpmint'"),
            database: one("SELECT pg_database_size(current_database())"),
            rows: rows.collect(),
        }
    }
}

fn numbers(rig: &Rig, sql: &str) -> Vec<Vec<i64>> {
    let number = |value: Option<String>| value.and_then(|value| value.parse().ok()).unwrap_or_default();
    rig.database.run(sql).into_iter().map(|row| row.into_iter().map(number).collect()).collect()
}

fn table(samples: &[Sample]) -> String {
    let mut out = String::from(
        "minute  codes  memory MiB    files    connections  database MiB  challenges, outbox, writers, nodes: live/dead rows\n",
    );
    for sample in samples {
        let rows: Vec<_> = sample.rows.iter().map(|(live, dead)| format!("{live}/{dead}")).collect();
        let _ = writeln!(
            out,
            "{:6.1} {:6}  {:5.1} {:5.1}  {:3} {:3}  {:11}  {:12.1}  {}",
            sample.at.as_secs_f64() / 60.0,
            sample.done,
            mebibytes(sample.memory[0]),
            mebibytes(sample.memory[1]),
            sample.files[0],
            sample.files[1],
            sample.connections,
            sample.database as f64 / f64::from(1 << 20),
            rows.join(" ")
        );
    }
    out
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The size of each table and of its indexes, for each row that it has.
fn bloat(rig: &Rig) -> String {
    let mut out = String::from("table        rows  table KiB  indexes KiB  bytes a row  vacuumed\n");
    for name in TABLES {
        let sql = format!(
            "SELECT (SELECT count(*) FROM {name}), pg_table_size('{name}'), pg_indexes_size('{name}'), \
             autovacuum_count FROM pg_stat_user_tables WHERE relname = '{name}'"
        );
        let found = numbers(rig, &sql);
        let [rows, table, indexes, vacuumed] = found[0][..] else { continue };
        let each = (table + indexes) / rows.max(1);
        let _ = writeln!(
            out,
            "{name:11} {rows:5}  {:9}  {:11}  {each:11}  {vacuumed}",
            table / 1_024,
            indexes / 1_024
        );
    }
    out
}

/// Memory, files and connections at the end are what they were after a quarter of the time.
fn assert_flat(samples: &[Sample]) {
    let (early, late) = (&samples[samples.len() / 4], &samples[samples.len() - 1]);
    for node in 0..2 {
        let grown = late.memory[node].saturating_sub(early.memory[node]);
        assert!(grown < early.memory[node] / 4 + (8 << 20), "node {node} has grown by {grown} bytes");
        assert!(late.files[node] <= early.files[node] + 8, "node {node} has opened files");
    }
    assert!(late.connections <= early.connections + 2, "there are more connections");
}
