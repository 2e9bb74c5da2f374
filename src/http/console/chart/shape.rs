//! The shapes of the series: one path for each series, because many small elements make a page large.

use super::model::{Chart, ChartKind, Series};
use super::scale::{Plot, number};

/// The part of a place that bars fill.
const FILLED: f64 = 0.8;

/// The attribute `d` of each series' path (SVG 2 §9.3); empty if there is nothing to draw.
pub(crate) fn paths(chart: &Chart, plot: &Plot) -> Vec<String> {
    let each = || chart.series.iter().enumerate();
    let places = chart.labels.len();
    match chart.kind {
        ChartKind::Bars => {
            each().map(|(at, series)| beside(series, at, chart.series.len(), places, plot)).collect()
        }
        ChartKind::Stacked => {
            each().map(|(at, series)| above(series, &chart.series[..at], places, plot)).collect()
        }
        ChartKind::Lines => chart.series.iter().map(|series| line(series, places, plot)).collect(),
    }
}

/// Bars beside those of the other series.
fn beside(series: &Series, at: usize, of: usize, places: usize, plot: &Plot) -> String {
    let wide = plot.step() * FILLED / of as f64;
    let bar = |place| {
        let left = plot.left(place) + plot.step() * (1.0 - FILLED) / 2.0 + wide * at as f64;
        bar(left, wide, plot.y(0.0), plot.y(series.value(place)?))
    };
    (0..places).filter_map(bar).collect()
}

/// Bars on top of those of the series below.
fn above(series: &Series, below: &[Series], places: usize, plot: &Plot) -> String {
    let wide = plot.step() * FILLED;
    let bar = |place| {
        let base: f64 = below.iter().filter_map(|series| series.value(place)).sum();
        let left = plot.left(place) + plot.step() * (1.0 - FILLED) / 2.0;
        bar(left, wide, plot.y(base), plot.y(base + series.value(place)?))
    };
    (0..places).filter_map(bar).collect()
}

/// A bar between two heights; nothing if they are equal.
fn bar(left: f64, wide: f64, foot: f64, head: f64) -> Option<String> {
    let [left, wide, foot, head] = [left, wide, foot, head].map(number);
    (foot != head).then(|| format!("M{left} {foot}V{head}h{wide}V{foot}z"))
}

/// A line through the values. A value between two gaps becomes a dot, because the line has round ends.
fn line(series: &Series, places: usize, plot: &Plot) -> String {
    let mut path = String::new();
    let mut drawing = false;
    for place in 0..places {
        let Some(value) = series.value(place) else {
            drawing = false;
            continue;
        };
        let (x, y) = (number(plot.centre(place)), number(plot.y(value)));
        path += &match drawing {
            false => format!("M{x} {y}h0"),
            true => format!("L{x} {y}"),
        };
        drawing = true;
    }
    path
}
