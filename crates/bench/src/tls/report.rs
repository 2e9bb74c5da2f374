//! What was measured of TLS.

use std::fmt::Write;

use serde::Serialize;

use crate::load::percentiles::{median, ratio};

/// A way to reach the server, in all rounds.
#[derive(Serialize)]
pub(super) struct Row {
    way: &'static str,
    /// Microseconds of the server's processor time for a mint and its verification, in each round.
    server_us: Vec<f64>,
    /// Mints with their verification in a second, in each round.
    per_second: Vec<f64>,
}

/// A whole run.
#[derive(Default, Serialize)]
pub(super) struct Report(Vec<Row>);

impl Report {
    pub(super) fn add(&mut self, way: &'static str, pairs: u64, seconds: f64, server_cpu: f64) {
        let (server_us, per_second) = (ratio(server_cpu * 1e6, pairs as f64), ratio(pairs as f64, seconds));
        match self.0.iter_mut().find(|row| row.way == way) {
            Some(row) => {
                row.server_us.push(server_us);
                row.per_second.push(per_second);
            }
            None => self.0.push(Row { way, server_us: vec![server_us], per_second: vec![per_second] }),
        }
    }

    /// The medians of the rounds, and how much more each way costs than the first.
    pub(super) fn table(&self) -> String {
        let mut out = String::from("way                server µs    more   pairs/s\n");
        let first = self.0.first().map_or(0.0, |row| median(&row.server_us));
        for row in &self.0 {
            let (us, per_second) = (median(&row.server_us), median(&row.per_second));
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{:17} {us:10.0} {:7.0} {per_second:9.0}", row.way, us - first);
        }
        out.truncate(out.trim_end().len());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_is_compared_with_the_first() {
        let mut report = Report::default();
        for cpu in [0.1, 0.3, 0.2] {
            report.add("plain", 1_000, 2.0, cpu);
            report.add("full", 1_000, 4.0, cpu * 3.0);
        }
        let table = report.table();
        let rows: Vec<Vec<&str>> =
            table.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows, [["plain", "200", "0", "500"], ["full", "600", "400", "250"]]);
    }
}
