//! What a tenant loses beside another.

use std::fmt::Write;

use serde::Serialize;

use crate::load::percentiles::{Latency, median, ratio};

/// One round of a tenant.
#[derive(Serialize)]
pub(crate) struct Round {
    pub(crate) alone: Latency,
    /// Beside a tenant whose provider answers.
    pub(crate) beside_answered: Latency,
    /// Beside a tenant whose provider hangs.
    pub(crate) beside_hanging: Latency,
}

impl Round {
    /// The p99 beside the provider that hangs, as a multiple of that alone, and beside the one that answers.
    fn p99_ratios(&self) -> [f64; 2] {
        [&self.alone, &self.beside_answered].map(|other| ratio(self.beside_hanging.p99, other.p99))
    }
}

/// A whole run.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    rounds: Vec<Round>,
    /// The medians of the rounds: to the p99 alone, and to that beside the provider that answers.
    p99_ratios: [f64; 2],
}

impl Report {
    pub(crate) fn add(&mut self, round: Round) {
        self.rounds.push(round);
        self.p99_ratios = [0, 1].map(|to| {
            let ratios: Vec<_> = self.rounds.iter().map(|round| round.p99_ratios()[to]).collect();
            median(&ratios)
        });
    }

    /// The table, in milliseconds.
    pub(crate) fn table(&self) -> String {
        let mut out =
            String::from("round   alone p50   p99   answered p50   p99   hanging p50   p99   p99 ratios\n");
        for (number, round) in self.rounds.iter().enumerate() {
            let [(a, b), (c, d), (e, f)] =
                [&round.alone, &round.beside_answered, &round.beside_hanging].map(|one| (one.p50, one.p99));
            let [alone, answered] = round.p99_ratios();
            let number = number + 1;
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{number:5} {a:11.1} {b:5.1} {c:14.1} {d:5.1} {e:13.1} {f:5.1} {alone:7.2} {answered:4.2}"
            );
        }
        let [alone, answered] = self.p99_ratios;
        let _ = write!(out, "median {alone:62.2} {answered:4.2}");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_the_rounds_counts() {
        let of = |p99| Latency { p99, ..Latency::default() };
        let mut report = Report::default();
        for hanging in [50.0, 10.0, 11.0] {
            let (alone, beside_answered, beside_hanging) = (of(10.0), of(20.0), of(hanging));
            report.add(Round { alone, beside_answered, beside_hanging });
        }
        assert_eq!(report.p99_ratios, [1.1, 0.55]);
        assert!(report.table().ends_with("1.10 0.55"), "{}", report.table());
    }
}
