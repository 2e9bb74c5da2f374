//! The report as a table, for people.

use std::fmt::Write;

use super::report::{Measured, Report, Store, Subject};
use crate::load::percentiles::Latency;

const HEAD: &str = "    rows commit   case          conns    req/s  x no-op  x naive    p50    p90    p99  p99.9 ms  server µs  \
                    x no-op  ops/commit  fsyncs  disk B  written B  mails/s  errors  unsent\n";

impl Report {
    /// The table.
    pub(crate) fn table(&self) -> String {
        let mut out = String::from(HEAD);
        self.cases.iter().for_each(|case| add_case(&mut out, case));
        out.push_str(
            "\n    rows commit    preload s  first ready ms  ready ms  memory MiB  after  store MiB  after\n",
        );
        self.stores.iter().for_each(|store| add_store(&mut out, store));
        out
    }
}

fn add_case(out: &mut String, row: &Measured) {
    let Subject { rows, commit, case, connections } = row.subject;
    let Latency { p50, p90, p99, p999, .. } = row.latency_ms;
    let maybe =
        |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
    let group = maybe(row.operations_per_commit, 0);
    let (throughput, cpu) = (maybe(row.throughput_to_noop, 2), maybe(row.cpu_to_noop, 2));
    let naive = maybe(row.throughput_to_naive, 1);
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "{:8} {:8} {:12} {:6} {:8.0} {throughput:>8} {naive:>8} {p50:6.1} {p90:6.1} {p99:6.1} {p999:9.1} {:10.1} {cpu:>8} \
         {group:>11} {:7.3} {:7.0} {:10.0} {:8.0} {:7} {:7}",
        rows,
        commit.word(),
        case.as_str(),
        connections,
        row.per_second,
        row.server_cpu_us,
        row.fsyncs,
        row.disk_bytes,
        row.written_bytes,
        row.mails_per_second,
        row.errors,
        row.unsent,
    );
}

fn add_store(out: &mut String, store: &Store) {
    let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
    let _ = writeln!(
        out,
        "{:8} {:8} {:10.1} {:15.0} {:9.0} {:11.1} {:6.1} {:10.1} {:6.1}",
        store.rows,
        store.commit.word(),
        store.preload_seconds,
        store.first_ready_ms,
        store.ready_ms,
        mib(store.resident_bytes_at_rest),
        mib(store.resident_bytes_after),
        mib(store.store_bytes_at_rest),
        mib(store.store_bytes_after),
    );
}
