//! The final report: a table for people, JSON for programs.

use std::fmt::{self, Write};

use anyhow::Result;
use clap::ValueEnum;
use serde::Serialize;

use crate::load::percentiles::{median, ratio};

/// Who sends, and to whom. They are measured in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Contest {
    /// smtp-source to smtp-sink.
    Source,
    /// The server to the same smtp-sink.
    Sink,
    /// The server to the mail catcher, in clear.
    Plain,
    /// The server to the mail catcher, over TLS with a login.
    Tls,
    /// Texts to a provider over HTTP, in clear.
    Http,
    /// Texts to a message centre over one SMPP session, in clear.
    Smpp,
}

impl Contest {
    /// Every contest.
    pub(crate) fn all() -> Vec<Self> {
        Self::value_variants().to_vec()
    }

    pub(crate) const fn needs_postfix(self) -> bool {
        matches!(self, Self::Source | Self::Sink)
    }
}

impl fmt::Display for Contest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "source",
            Self::Sink => "sink",
            Self::Plain => "plain",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Smpp => "smpp",
        })
    }
}

/// A whole run.
#[derive(Serialize)]
pub(crate) struct Report {
    /// The version that was measured.
    version: &'static str,
    /// `release` or `debug`.
    profile: &'static str,
    /// Processors, shared by all processes.
    processors: usize,
    /// Messages in each round.
    mails: u32,
    /// Sessions that were kept.
    sessions: u16,
    /// The contests.
    contests: Vec<Measured>,
}

/// One contest.
#[derive(Serialize)]
struct Measured {
    contest: Contest,
    /// Mails per second, for each round in order.
    per_second: Vec<f64>,
    /// Their median.
    median: f64,
    /// As a share of smtp-source's, if that was measured.
    to_source: Option<f64>,
}

impl Report {
    /// An empty report.
    pub(crate) fn new(mails: u32, sessions: u16) -> Result<Self> {
        Ok(Self {
            version: env!("CARGO_PKG_VERSION"),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
            processors: std::thread::available_parallelism()?.get(),
            mails,
            sessions,
            contests: Vec::new(),
        })
    }

    /// Adds a round, and compares everything with smtp-source again.
    pub(crate) fn add(&mut self, contest: Contest, per_second: f64) {
        match self.contests.iter_mut().find(|known| known.contest == contest) {
            Some(known) => known.per_second.push(per_second),
            None => {
                let (median, to_source) = (per_second, None);
                self.contests.push(Measured { contest, per_second: vec![per_second], median, to_source });
            }
        }
        for measured in &mut self.contests {
            measured.median = median(&measured.per_second);
        }
        let source = self.contests.iter().find(|known| known.contest == Contest::Source);
        let source = source.map(|source| source.median);
        for measured in &mut self.contests {
            measured.to_source = source.map(|source| ratio(measured.median, source));
        }
    }

    /// The table.
    pub(crate) fn table(&self) -> String {
        let mut out = String::from("contest   median/s   x source   turns\n");
        for Measured { contest, per_second, median, to_source } in &self.contests {
            let share = to_source.map_or("-".to_owned(), |share| format!("{share:.2}"));
            let turns: Vec<_> = per_second.iter().map(|rate| format!("{rate:.0}")).collect();
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{contest:8} {median:9.0} {share:>10}   {}", turns.join(" "));
        }
        out.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_held_against_smtp_source() {
        let mut report = Report::new(1, 1).unwrap();
        for (source, sink) in [(100.0, 500.0), (900.0, 80.0), (200.0, 250.0)] {
            report.add(Contest::Source, source);
            report.add(Contest::Sink, sink);
        }
        let ratios: Vec<_> = report.contests.iter().map(|known| (known.median, known.to_source)).collect();
        assert_eq!(ratios, [(200.0, Some(1.0)), (250.0, Some(1.25))]);
        assert!(report.table().contains("100 900 200"), "{}", report.table());
    }
}
