//! The final report: tables for people, JSON for programs.

use std::fmt::Write;

use anyhow::Result;
use serde::Serialize;

use super::flat::Measured;
use super::years::{Sample, Years};
use crate::load::percentiles::ratio;

/// A whole run.
#[derive(Serialize)]
pub(crate) struct Report {
    /// The version that was measured.
    version: &'static str,
    /// `release` or `debug`.
    profile: &'static str,
    /// Processors.
    processors: usize,
    /// Answers, by the number of challenges in the store.
    pub(crate) answers: Vec<Measured>,
    /// The growth of the files.
    pub(crate) years: Option<Years>,
}

impl Report {
    /// An empty report.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self {
            version: env!("CARGO_PKG_VERSION"),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
            processors: std::thread::available_parallelism()?.get(),
            answers: Vec::new(),
            years: None,
        })
    }

    /// The tables.
    pub(crate) fn table(&self) -> String {
        let answers = self.answer_table();
        let years = self.years.as_ref().map(year_table);
        [answers, years.unwrap_or_default()].join("\n").trim().to_owned()
    }

    /// Each kind of answer is compared with itself at the smallest measured number of challenges.
    fn answer_table(&self) -> String {
        if self.answers.is_empty() {
            return String::new();
        }
        let mut out =
            String::from("    rows  answer  of      answers   wall µs  x first    cpu µs  x first\n");
        for row in &self.answers {
            let alike = |other: &&Measured| other.answer == row.answer && other.of == row.of;
            let first = self.answers.iter().find(alike).unwrap_or(row);
            let (wall, cpu) = (ratio(row.wall_us, first.wall_us), ratio(row.cpu_us, first.cpu_us));
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{:8}  {:6}  {:5} {:9} {:9.1} {wall:8.2} {:9.1} {cpu:8.2}",
                row.rows, row.answer, row.of, row.answers, row.wall_us, row.cpu_us,
            );
        }
        out
    }
}

fn year_table(years: &Years) -> String {
    let mut out = String::from("  day     cycles  file MiB   WAL MiB\n");
    for Sample { day, cycles, file_bytes, wal_bytes } in years.samples.iter().copied() {
        let _ = writeln!(out, "{day:5} {cycles:10} {:9.1} {:9.1}", mib(file_bytes), mib(wal_bytes));
    }
    let (sweeping, vacuum) = (&years.sweeping, &years.vacuum);
    let _ = write!(
        out,
        "\n{} challenges in {:.1} s; the WAL had at most {:.1} MiB\n\
         sweeping  {} rounds, {} expired, {} deleted: {:.2} ms for 1 000 rows, longest stall {:.1} ms\n\
         VACUUM    {:.0} ms, from {:.1} to {:.1} MiB, {:.1} MiB were free",
        years.cycles,
        years.seconds,
        mib(years.wal_bytes_max),
        sweeping.rounds,
        sweeping.expired,
        sweeping.deleted,
        sweeping.ms_per_1000_rows,
        sweeping.longest_stall_ms,
        vacuum.ms,
        mib(vacuum.bytes_before),
        mib(vacuum.bytes_after),
        mib(vacuum.free_bytes),
    );
    out
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_held_against_the_same_one_with_fewer_challenges() {
        let measured =
            |rows, answer, cpu_us| Measured { rows, answer, of: "fresh", answers: 1, wall_us: 30.0, cpu_us };
        let mut report = Report::new().unwrap();
        report.answers =
            vec![measured(1, "wrong", 40.0), measured(1, "right", 10.0), measured(9, "right", 15.0)];
        let table = report.answer_table();
        let ratios: Vec<_> =
            table.lines().skip(1).filter_map(|line| line.split_whitespace().last()).collect();
        assert_eq!(ratios, ["1.00", "1.00", "1.50"], "{table}");
    }
}
