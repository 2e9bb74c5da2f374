//! The figures.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;
use serde::Serialize;

use crate::load::percentiles::{median, ratio};
use crate::rig::processes::cpu_seconds;

use super::metrics::Metrics;
use super::processor::Processor;

/// One part of a round.
#[derive(Clone, Serialize)]
pub(crate) struct Measured {
    name: String,
    /// A second.
    operations: f64,
    /// Processor time of the database for each operation, in microseconds.
    database_micros: f64,
    /// The same of this process, which does the work of the nodes.
    own_micros: f64,
    /// In one transaction, if they are those of the store.
    together: Option<f64>,
}

impl Measured {
    /// Measures what returns its operations and seconds.
    pub(crate) async fn of(
        name: &str,
        (processor, metrics): (&Processor, &Metrics),
        run: impl Future<Output = Result<(u64, f64)>>,
    ) -> Result<Self> {
        let commits = || metrics.counter("otpmint_commits_total");
        let before = (processor.seconds()?, own_seconds(), commits());
        let (count, seconds) = run.await?;
        let count = count as f64;
        let micros = |used: f64| used / count * 1e6;
        Ok(Self {
            name: name.to_owned(),
            operations: count / seconds,
            database_micros: micros(processor.seconds()? - before.0),
            own_micros: micros(own_seconds() - before.1),
            together: Some(commits() - before.2)
                .filter(|commits| *commits > 0.0)
                .map(|commits| count / commits),
        })
    }
}

fn own_seconds() -> f64 {
    cpu_seconds(std::process::id()).unwrap_or_default()
}

/// All rounds.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    rounds: Vec<Vec<Measured>>,
}

impl Report {
    pub(crate) fn add(&mut self, round: Vec<Measured>) {
        self.rounds.push(round);
    }
}

/// Medians over the rounds; ratios are those within a round.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<14} {:>10} {:>10} {:>12} {:>10} {:>8} {:>9}",
            "", "a second", "x update", "database us", "x update", "own us", "together"
        )?;
        let mut parts: BTreeMap<usize, Vec<[f64; 6]>> = BTreeMap::new();
        for round in &self.rounds {
            let Some(update) = round.first() else { continue };
            for (place, part) in round.iter().enumerate() {
                parts.entry(place).or_default().push([
                    part.operations,
                    ratio(part.operations, update.operations),
                    part.database_micros,
                    ratio(part.database_micros, update.database_micros),
                    part.own_micros,
                    part.together.unwrap_or(1.0),
                ]);
            }
        }
        for (place, figures) in parts {
            let [operations, ratio, micros, cost, own, together] = [0, 1, 2, 3, 4, 5].map(|column| {
                let column: Vec<f64> = figures.iter().map(|figures| figures[column]).collect();
                median(&column)
            });
            let name = self.rounds.first().and_then(|round| round.get(place)).map_or("", |part| &part.name);
            writeln!(
                f,
                "{name:<14} {operations:>10.0} {ratio:>10.2} {micros:>12.0} {cost:>10.2} {own:>8.0} {together:>9.1}"
            )?;
        }
        Ok(())
    }
}
