//! What is told in the end: a table for people, JSON for programs.

use std::fmt::Write;

use serde::Serialize;

use super::cases::Case;
use super::percentiles::{Latency, ratio};

/// A whole run.
#[derive(Serialize)]
pub(super) struct Report {
    /// The version that was measured.
    pub(super) version: &'static str,
    /// `release` or `debug`.
    pub(super) profile: &'static str,
    /// Processors, shared by the server, the load and the mail server.
    pub(super) processors: usize,
    /// Challenges in the store when the server started.
    pub(super) rows: usize,
    /// How mails were handed over.
    pub(super) smtp: &'static str,
    /// The server's limits.
    pub(super) limits: &'static str,
    /// Memory of the server before the first request.
    pub(super) resident_bytes_at_rest: u64,
    /// Memory of the server after the last one.
    pub(super) resident_bytes_after: u64,
    /// The measurements.
    pub(super) cases: Vec<Measured>,
}

/// One case with one number of connections.
#[derive(Serialize)]
pub(super) struct Measured {
    /// What was asked.
    #[serde(serialize_with = "name")]
    pub(super) case: Case,
    /// How many asked at once.
    pub(super) connections: usize,
    /// How long, in seconds. Less than asked for when the challenges were used up.
    pub(super) seconds: f64,
    /// Requests that were answered as they should be.
    pub(super) requests: usize,
    /// Requests that were answered otherwise.
    pub(super) errors: u64,
    /// Right answers a second.
    pub(super) per_second: f64,
    /// Milliseconds.
    pub(super) latency_ms: Latency,
    /// Microseconds of processor time of the server for each request.
    pub(super) server_cpu_us: f64,
    /// The same of the load and, in its process, the mail server.
    pub(super) client_cpu_us: f64,
    /// Writes in each transaction; none without a transaction.
    pub(super) operations_per_commit: Option<f64>,
    /// Mails that the mail server took, a second.
    pub(super) mails_per_second: f64,
    /// Throughput as a share of that of the no-op route with as many connections.
    pub(super) throughput_to_noop: f64,
    /// Server time as a multiple of that of the no-op route with as many connections.
    pub(super) cpu_to_noop: f64,
}

fn name<S: serde::Serializer>(case: &Case, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(case.as_str())
}

impl Report {
    /// Adds a measurement, with its ratios to the no-op route.
    pub(super) fn add(&mut self, mut measured: Measured) {
        let same = |other: &&Measured| other.case == Case::Noop && other.connections == measured.connections;
        let noop = self.cases.iter().find(same).map(|noop| (noop.per_second, noop.server_cpu_us));
        let (per_second, cpu) = noop.unwrap_or((measured.per_second, measured.server_cpu_us));
        measured.throughput_to_noop = ratio(measured.per_second, per_second);
        measured.cpu_to_noop = ratio(measured.server_cpu_us, cpu);
        self.cases.push(measured);
    }

    /// The table.
    pub(super) fn table(&self) -> String {
        let mut out = String::from(
            "case           conns    req/s  x no-op    p50    p90    p99  p99.9 ms  server µs  x no-op  \
             ops/commit  mails/s  errors\n",
        );
        for row in &self.cases {
            let Latency { p50, p90, p99, p999, .. } = row.latency_ms;
            let group = row.operations_per_commit.map_or("-".to_owned(), |group| format!("{group:.0}"));
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{:13} {:6} {:8.0} {:8.2} {p50:6.1} {p90:6.1} {p99:6.1} {p999:9.1} {:10.1} {:8.2} \
                 {group:>11} {:8.0} {:7}",
                row.case.as_str(),
                row.connections,
                row.per_second,
                row.throughput_to_noop,
                row.server_cpu_us,
                row.cpu_to_noop,
                row.mails_per_second,
                row.errors,
            );
        }
        let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
        let _ = write!(
            out,
            "\nserver memory  {:.1} MiB at rest, {:.1} MiB after the load",
            mib(self.resident_bytes_at_rest),
            mib(self.resident_bytes_after),
        );
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(case: Case, per_second: f64, server_cpu_us: f64) -> Measured {
        Measured {
            case,
            connections: 8,
            seconds: 1.0,
            requests: 1,
            errors: 0,
            per_second,
            latency_ms: Latency::default(),
            server_cpu_us,
            client_cpu_us: 0.0,
            operations_per_commit: None,
            mails_per_second: 0.0,
            throughput_to_noop: 0.0,
            cpu_to_noop: 0.0,
        }
    }

    #[test]
    fn every_case_is_held_against_the_no_op_route() {
        let mut report = Report {
            version: "0",
            profile: "debug",
            processors: 2,
            rows: 0,
            smtp: "plaintext",
            limits: "raised",
            resident_bytes_at_rest: 1 << 20,
            resident_bytes_after: 2 << 20,
            cases: Vec::new(),
        };
        report.add(measured(Case::Noop, 1_000.0, 10.0));
        report.add(measured(Case::Mint, 250.0, 25.0));
        let ratios: Vec<_> =
            report.cases.iter().map(|case| (case.throughput_to_noop, case.cpu_to_noop)).collect();
        assert_eq!(ratios, [(1.0, 1.0), (0.25, 2.5)]);
        assert!(report.table().contains("1.0 MiB at rest, 2.0 MiB after"), "{}", report.table());
    }
}
