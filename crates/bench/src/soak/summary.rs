//! The results of a soak.

use super::row::Row;
use crate::load::percentiles::ratio;

/// What should be flat: compares the second tenth of the time with the last one, because the first is
/// warm-up.
pub(crate) fn summary(rows: &[Row], unsent: u64) -> String {
    let tenth = rows.len().div_ceil(10);
    let (early, late) = (rows.iter().skip(tenth).take(tenth), rows.iter().rev().take(tenth));
    let (early, late): (Vec<_>, Vec<_>) = (early.collect(), late.collect());
    let mean =
        |rows: &[&Row], of: fn(&Row) -> f64| ratio(rows.iter().map(|row| of(row)).sum(), rows.len() as f64);
    let line = |name: &str, of: fn(&Row) -> f64| {
        format!("{name:12} {:10.1} {:10.1}\n", mean(&early, of), mean(&late, of))
    };
    let mut out = format!("\n{:12} {:>10} {:>10}\n", "", "early", "late");
    out += &line("memory MiB", |row| row.resident_bytes as f64 / 1_048_576.0);
    out += &line("descriptors", |row| row.descriptors as f64);
    out += &line("file MiB", |row| row.database_bytes as f64 / 1_048_576.0);
    out += &line("WAL MiB", |row| row.wal_bytes as f64 / 1_048_576.0);
    out += &line("requests/s", |row| row.per_second);
    out += &line("p50 ms", |row| row.p50_ms);
    out += &line("p99 ms", |row| row.p99_ms);
    let errors: u64 = rows.iter().map(|row| row.errors).sum();
    out + &format!("errors {errors}, not sent {unsent}")
}
