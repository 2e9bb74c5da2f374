//! The curves of a soak as SVG, in colours that are readable on white and on black.

use std::fmt::Write;

use super::row::Row;

const WIDTH: f64 = 760.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 50.0;
/// Size of one panel, without its title and axis.
const HEIGHT: f64 = 90.0;
/// From one panel to the next.
const STEP: f64 = 150.0;

const MIB: f64 = 1_048_576.0;

/// A curve: its name, its colour and its values.
type Curve = (&'static str, &'static str, fn(&Row) -> f64);

const BLUE: &str = "#3b82f6";
const ORANGE: &str = "#f97316";
const GREEN: &str = "#16a34a";

/// The panels, from top to bottom.
const PANELS: [(&str, &[Curve]); 6] = [
    ("memory, MiB", &[("resident", BLUE, |row| row.resident_bytes as f64 / MIB)]),
    ("open descriptors", &[("descriptors", BLUE, |row| row.descriptors as f64)]),
    (
        "files, MiB",
        &[
            ("database", BLUE, |row| row.database_bytes as f64 / MIB),
            ("WAL", ORANGE, |row| row.wal_bytes as f64 / MIB),
        ],
    ),
    ("right answers a second", &[("throughput", GREEN, |row| row.per_second)]),
    ("latency, ms", &[("p50", BLUE, |row| row.p50_ms), ("p99", ORANGE, |row| row.p99_ms)]),
    ("errors since the last row", &[("errors", ORANGE, |row| row.errors as f64)]),
];

/// The whole picture.
pub(crate) fn draw(rows: &[Row], rate: u32) -> String {
    let minutes = rows.last().map_or(0.0, |row| row.seconds) / 60.0;
    let height = TOP + STEP * PANELS.len() as f64;
    // Grey text and lines: between white and black, so that they are visible on both.
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#808080\">\n\
         <title>OtpMint, {minutes:.0} minutes at {rate} requests a second</title>\n\
         <text x=\"{LEFT}\" y=\"20\" font-size=\"15\">{minutes:.0} minutes at {rate} requests a second</text>\n"
    );
    for (at, (title, curves)) in PANELS.iter().enumerate() {
        panel(&mut out, TOP + STEP * at as f64, title, curves, rows);
    }
    out + "</svg>\n"
}

/// A round number at or above `most`: one, two or five times a power of ten.
fn axis_end(most: f64) -> f64 {
    let power = 10_f64.powf(most.log10().floor());
    [1.0, 2.0, 5.0].map(|step| step * power).into_iter().find(|end| *end >= most).unwrap_or(10.0 * power)
}

fn panel(out: &mut String, top: f64, title: &str, curves: &[Curve], rows: &[Row]) {
    let values = curves.iter().flat_map(|(.., of)| rows.iter().map(of));
    let most = axis_end(values.fold(1.0, f64::max));
    let last = rows.last().map_or(1.0, |row| row.seconds).max(1.0);
    let (right, bottom) = (WIDTH - RIGHT, top + 20.0 + HEIGHT);
    let x = |seconds: f64| LEFT + (right - LEFT) * seconds / last;
    let y = |value: f64| bottom - HEIGHT * value / most;
    let mut line = |text: String| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{text}");
    };
    line(format!("<text x=\"{LEFT}\" y=\"{}\">{title}</text>", top + 12.0));
    for part in [0.0, 0.5, 1.0] {
        let (at, value) = (y(most * part), most * part);
        line(format!("<path d=\"M{LEFT} {at:.1}H{right}\" stroke=\"#808080\" stroke-opacity=\"0.35\"/>"));
        line(format!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{value}</text>", LEFT - 6.0, at + 4.0));
        let (at, minutes) = (x(last * part), last * part / 60.0);
        line(format!(
            "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{minutes:.1} min</text>",
            bottom + 15.0
        ));
    }
    for (number, (name, colour, of)) in curves.iter().enumerate() {
        let points = rows.iter().map(|row| format!("{:.1},{:.1}", x(row.seconds), y(of(row))));
        let points = points.collect::<Vec<_>>().join(" ");
        line(format!(
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"/>"
        ));
        let at = right - 90.0 * (curves.len() - 1 - number) as f64;
        line(format!(
            "<text x=\"{at}\" y=\"{}\" text-anchor=\"end\" fill=\"{colour}\">{name}</text>",
            top + 12.0
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_runs_from_the_first_row_to_the_last() {
        let row = |seconds: f64| Row {
            seconds,
            resident_bytes: 10 << 20,
            descriptors: 30,
            database_bytes: 5 << 20,
            wal_bytes: 1 << 20,
            per_second: 100.0,
            p50_ms: 1.0,
            p99_ms: 4.0,
            max_ms: 9.0,
            errors: 0,
        };
        let drawn = draw(&[row(5.0), row(10.0)], 100);
        let curves: usize = PANELS.iter().map(|(_, curves)| curves.len()).sum();
        assert_eq!(drawn.matches("<polyline points=\"405.0,").count(), curves, "{drawn}");
        assert_eq!(drawn.matches(" 740.0,").count(), curves);
    }
}
