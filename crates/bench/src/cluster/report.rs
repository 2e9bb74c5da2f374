//! The figures.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;
use serde::Serialize;

use crate::load::percentiles::{median, ratio};

use super::processor::Processor;

/// One part of a round.
#[derive(Clone, Serialize)]
pub(crate) struct Measured {
    name: String,
    /// A second.
    operations: f64,
    /// Processor time of the database for each operation, in microseconds.
    database_micros: f64,
}

impl Measured {
    /// Measures what returns its operations and seconds.
    pub(crate) async fn of(
        name: &str,
        processor: &Processor,
        run: impl Future<Output = Result<(u64, f64)>>,
    ) -> Result<Self> {
        let before = processor.seconds()?;
        let (count, seconds) = run.await?;
        let used = processor.seconds()? - before;
        let count = count as f64;
        Ok(Self { name: name.to_owned(), operations: count / seconds, database_micros: used / count * 1e6 })
    }
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
            "{:<12} {:>12} {:>12} {:>14} {:>12}",
            "", "a second", "x update", "database us", "x update"
        )?;
        let mut parts: BTreeMap<usize, Vec<[f64; 4]>> = BTreeMap::new();
        for round in &self.rounds {
            let Some(update) = round.first() else { continue };
            for (place, part) in round.iter().enumerate() {
                parts.entry(place).or_default().push([
                    part.operations,
                    ratio(part.operations, update.operations),
                    part.database_micros,
                    ratio(part.database_micros, update.database_micros),
                ]);
            }
        }
        for (place, figures) in parts {
            let [operations, ratio, micros, cost] = [0, 1, 2, 3].map(|column| {
                let column: Vec<f64> = figures.iter().map(|figures| figures[column]).collect();
                median(&column)
            });
            let name = self.rounds.first().and_then(|round| round.get(place)).map_or("", |part| &part.name);
            writeln!(f, "{name:<12} {operations:>12.0} {ratio:>12.2} {micros:>14.0} {cost:>12.2}")?;
        }
        Ok(())
    }
}
