//! The final report, as JSON for programs. `table.rs` renders it for people.

use anyhow::Result;
use serde::Serialize;

use crate::load::cases::Case;
use crate::load::driver::Outcome;
use crate::load::percentiles::{Latency, ratio};
use crate::rig::meters::Usage;
use crate::rig::processes;
use crate::rig::program::Commit;
use crate::rig::stand::Stand;

/// A whole run.
#[derive(Serialize)]
pub(crate) struct Report {
    /// The version that was measured.
    pub(crate) version: &'static str,
    /// `release` or `debug`.
    pub(crate) profile: &'static str,
    /// Processors, shared by the server, the load and the mail server.
    pub(crate) processors: usize,
    /// Planned requests per second; none if each connection sends as soon as it is answered.
    pub(crate) rate: Option<u32>,
    /// How mails were delivered.
    pub(crate) smtp: &'static str,
    /// The server's limits.
    pub(crate) limits: &'static str,
    /// The measured servers.
    pub(crate) stores: Vec<Store>,
    /// The measurements.
    pub(crate) cases: Vec<Measured>,
}

/// A server with its own store.
#[derive(Serialize)]
pub(crate) struct Store {
    /// Live challenges.
    pub(crate) rows: usize,
    /// How many requests share a transaction: `grouped` or `each`.
    pub(crate) commit: Commit,
    /// Seconds to put them there.
    pub(crate) preload_seconds: f64,
    /// Milliseconds from the start of the process to the first answer of `/readyz`, on the very first start:
    /// data folder, keys and database are created.
    pub(crate) first_ready_ms: f64,
    /// The same with all challenges in the store.
    pub(crate) ready_ms: f64,
    /// Memory of the server before the first request.
    pub(crate) resident_bytes_at_rest: u64,
    /// Memory of the server after the last one.
    pub(crate) resident_bytes_after: u64,
    /// Size of the data folder before the first request.
    pub(crate) store_bytes_at_rest: u64,
    /// Size of the data folder after the last one.
    pub(crate) store_bytes_after: u64,
}

impl Store {
    /// What is known before the first request.
    pub(crate) fn at_rest(stand: &Stand, commit: Commit) -> Result<Self> {
        let resident_bytes = processes::resident_bytes(stand.server.pid())?;
        Ok(Self {
            rows: stand.preloaded.rows(),
            commit,
            preload_seconds: stand.preloading.as_secs_f64(),
            first_ready_ms: stand.first_start.as_secs_f64() * 1_000.0,
            ready_ms: stand.server.ready_after().as_secs_f64() * 1_000.0,
            resident_bytes_at_rest: resident_bytes,
            resident_bytes_after: resident_bytes,
            store_bytes_at_rest: stand.store_bytes()?,
            store_bytes_after: stand.store_bytes()?,
        })
    }

    /// Adds what is known after the last request.
    pub(crate) fn note_load(&mut self, stand: &Stand) -> Result<()> {
        self.resident_bytes_after = processes::resident_bytes(stand.server.pid())?;
        self.store_bytes_after = stand.store_bytes()?;
        Ok(())
    }
}

/// The subject of a measurement.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Subject {
    /// Live challenges in the store.
    pub(crate) rows: usize,
    /// How many requests share a transaction: `grouped` or `each`.
    pub(crate) commit: Commit,
    /// The case.
    pub(crate) case: Case,
    /// The number of connections.
    pub(crate) connections: usize,
}

/// The result.
#[derive(Serialize)]
pub(crate) struct Measured {
    #[serde(flatten)]
    pub(crate) subject: Subject,
    /// How long, in seconds.
    pub(crate) seconds: f64,
    /// Requests with the expected answer.
    pub(crate) requests: usize,
    /// Requests with any other answer.
    pub(crate) errors: u64,
    /// Requests that were due and could not be sent in time; without a rate none are due.
    pub(crate) unsent: u64,
    /// Right answers per second.
    pub(crate) per_second: f64,
    /// Milliseconds: with a rate from when the request was due, otherwise from when it was sent.
    pub(crate) latency_ms: Latency,
    /// Microseconds of the server's processor time for each request, including sending its mail.
    pub(crate) server_cpu_us: f64,
    /// The same of the load and, in its process, the mail server.
    pub(crate) client_cpu_us: f64,
    /// Writes in each transaction; none without a transaction.
    pub(crate) operations_per_commit: Option<f64>,
    /// Transactions for each request, and so `fdatasync` of the WAL.
    pub(crate) fsyncs: f64,
    /// Bytes that went to a disk for each request; zero on a disk in memory.
    pub(crate) disk_bytes: f64,
    /// Bytes that were written for each request, to any target.
    pub(crate) written_bytes: f64,
    /// Mails per second that the mail server accepted.
    pub(crate) mails_per_second: f64,
    /// Throughput as a share of the no-op route's with as many connections and challenges, if that was
    /// measured.
    pub(crate) throughput_to_noop: Option<f64>,
    /// Server time as a multiple of that of the no-op route with as many connections.
    pub(crate) cpu_to_noop: Option<f64>,
    /// Throughput as a multiple of that with a transaction for each request, if that was measured.
    pub(crate) throughput_to_naive: Option<f64>,
}

impl Measured {
    /// The summary of a load.
    pub(crate) fn new(subject: Subject, outcome: Outcome, usage: Usage) -> Self {
        let (seconds, count) = (outcome.took.as_secs_f64(), outcome.samples.len());
        let each = |used: f64| ratio(used, count as f64 + outcome.errors as f64);
        Self {
            subject,
            seconds,
            requests: count,
            errors: outcome.errors,
            unsent: outcome.unsent,
            per_second: ratio(count as f64, seconds),
            server_cpu_us: each(usage.processes.server_cpu * 1_000_000.0),
            client_cpu_us: each(usage.processes.client_cpu * 1_000_000.0),
            operations_per_commit: usage.commits.group(),
            fsyncs: each(usage.commits.transactions),
            disk_bytes: each(usage.processes.disk_bytes),
            written_bytes: each(usage.processes.written_bytes),
            mails_per_second: ratio(usage.mails as f64, usage.seconds),
            latency_ms: outcome.samples.latency(),
            throughput_to_noop: None,
            cpu_to_noop: None,
            throughput_to_naive: None,
        }
    }
}

impl Report {
    /// Adds a measurement, with its ratios to earlier ones.
    pub(crate) fn add(&mut self, mut measured: Measured) {
        let subject = measured.subject;
        let noop = Subject { case: Case::Noop, ..subject };
        let ratios = self.cases.iter().chain([&measured]).find(|other| other.subject == noop).map(|noop| {
            let throughput = ratio(measured.per_second, noop.per_second);
            (throughput, ratio(measured.server_cpu_us, noop.server_cpu_us))
        });
        let naive = Subject { commit: Commit::Each, ..subject };
        let naive = self.cases.iter().find(|other| other.subject == naive);
        measured.throughput_to_naive = naive.map(|naive| ratio(measured.per_second, naive.per_second));
        (measured.throughput_to_noop, measured.cpu_to_noop) = ratios.unzip();
        self.cases.push(measured);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn report() -> Report {
        Report {
            version: "0",
            profile: "debug",
            processors: 2,
            rate: None,
            smtp: "plaintext",
            limits: "raised",
            stores: Vec::new(),
            cases: Vec::new(),
        }
    }

    fn measured(case: Case, per_second: u64, server_cpu: f64) -> Measured {
        let mut outcome = Outcome { took: Duration::from_secs(1), ..Outcome::default() };
        (0..per_second).for_each(|_| outcome.samples.add(Duration::from_millis(1)));
        let mut usage = Usage::default();
        usage.processes.server_cpu = server_cpu;
        usage.commits.transactions = 50.0;
        let subject = Subject { rows: 1_000, commit: Commit::Grouped, case, connections: 8 };
        Measured::new(subject, outcome, usage)
    }

    #[test]
    fn every_case_is_held_against_the_no_op_route() {
        let mut report = report();
        report.add(measured(Case::Noop, 1_000, 0.010));
        report.add(measured(Case::Mint, 250, 0.005));
        let other = |change: fn(&mut Subject)| {
            let mut other = measured(Case::Mint, 250, 0.005);
            change(&mut other.subject);
            other
        };
        report.add(other(|subject| subject.connections = 9));
        report.add(other(|subject| subject.rows = 9));
        let ratios: Vec<_> =
            report.cases.iter().map(|case| (case.throughput_to_noop, case.cpu_to_noop)).collect();
        assert_eq!(ratios, [(Some(1.0), Some(1.0)), (Some(0.25), Some(2.0)), (None, None), (None, None)]);
    }

    #[test]
    fn group_commit_is_held_against_a_transaction_for_each() {
        let mut report = report();
        let mut naive = measured(Case::Mint, 25, 0.005);
        naive.subject.commit = Commit::Each;
        report.add(naive);
        report.add(measured(Case::Mint, 250, 0.005));
        let ratios: Vec<_> = report.cases.iter().map(|case| case.throughput_to_naive).collect();
        assert_eq!(ratios, [None, Some(10.0)]);
    }

    #[test]
    fn what_is_used_is_told_for_each_request() {
        let measured = measured(Case::Mint, 250, 0.005);
        assert_eq!((measured.server_cpu_us, measured.fsyncs), (20.0, 0.2));
    }
}
