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
    /// Requests a second that the load should ask for; none when each connection asks as soon as it
    /// is answered.
    pub(super) rate: Option<u32>,
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
    /// Requests that were due and could not be sent in time; none are due without a rate.
    pub(super) unsent: u64,
    /// Right answers a second.
    pub(super) per_second: f64,
    /// Milliseconds: with a rate from when the request was due, else from when it was sent.
    pub(super) latency_ms: Latency,
    /// Microseconds of processor time of the server for each request.
    pub(super) server_cpu_us: f64,
    /// The same of the load and, in its process, the mail server.
    pub(super) client_cpu_us: f64,
    /// Writes in each transaction; none without a transaction.
    pub(super) operations_per_commit: Option<f64>,
    /// Mails that the mail server took, a second.
    pub(super) mails_per_second: f64,
    /// Throughput as a share of that of the no-op route with as many connections, if that was
    /// measured.
    pub(super) throughput_to_noop: Option<f64>,
    /// Server time as a multiple of that of the no-op route with as many connections.
    pub(super) cpu_to_noop: Option<f64>,
}

fn name<S: serde::Serializer>(case: &Case, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(case.as_str())
}

impl Report {
    /// Adds a measurement, with its ratios to the no-op route.
    pub(super) fn add(&mut self, mut measured: Measured) {
        let is_noop =
            |other: &&Measured| other.case == Case::Noop && other.connections == measured.connections;
        let noop = self.cases.iter().chain([&measured]).find(is_noop);
        let ratios = noop.map(|noop| {
            let throughput = ratio(measured.per_second, noop.per_second);
            (throughput, ratio(measured.server_cpu_us, noop.server_cpu_us))
        });
        (measured.throughput_to_noop, measured.cpu_to_noop) = ratios.unzip();
        self.cases.push(measured);
    }

    /// The table.
    pub(super) fn table(&self) -> String {
        let mut out = String::from(
            "case           conns    req/s  x no-op    p50    p90    p99  p99.9 ms  server µs  x no-op  \
             ops/commit  mails/s  errors  unsent\n",
        );
        for row in &self.cases {
            let Latency { p50, p90, p99, p999, .. } = row.latency_ms;
            let maybe = |value: Option<f64>, digits: usize| {
                value.map_or("-".to_owned(), |value| format!("{value:.digits$}"))
            };
            let group = maybe(row.operations_per_commit, 0);
            let (throughput, cpu) = (maybe(row.throughput_to_noop, 2), maybe(row.cpu_to_noop, 2));
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{:13} {:6} {:8.0} {throughput:>8} {p50:6.1} {p90:6.1} {p99:6.1} {p999:9.1} {:10.1} {cpu:>8} \
                 {group:>11} {:8.0} {:7} {:7}",
                row.case.as_str(),
                row.connections,
                row.per_second,
                row.server_cpu_us,
                row.mails_per_second,
                row.errors,
                row.unsent,
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
            unsent: 0,
            per_second,
            latency_ms: Latency::default(),
            server_cpu_us,
            client_cpu_us: 0.0,
            operations_per_commit: None,
            mails_per_second: 0.0,
            throughput_to_noop: None,
            cpu_to_noop: None,
        }
    }

    #[test]
    fn every_case_is_held_against_the_no_op_route() {
        let mut report = Report {
            version: "0",
            profile: "debug",
            processors: 2,
            rows: 0,
            rate: None,
            smtp: "plaintext",
            limits: "raised",
            resident_bytes_at_rest: 1 << 20,
            resident_bytes_after: 2 << 20,
            cases: Vec::new(),
        };
        report.add(measured(Case::Noop, 1_000.0, 10.0));
        report.add(measured(Case::Mint, 250.0, 25.0));
        report.add(Measured { connections: 9, ..measured(Case::Mint, 250.0, 25.0) });
        let ratios: Vec<_> =
            report.cases.iter().map(|case| (case.throughput_to_noop, case.cpu_to_noop)).collect();
        assert_eq!(ratios, [(Some(1.0), Some(1.0)), (Some(0.25), Some(2.5)), (None, None)]);
        assert!(report.table().contains("1.0 MiB at rest, 2.0 MiB after"), "{}", report.table());
    }
}
