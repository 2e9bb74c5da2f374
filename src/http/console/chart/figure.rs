//! A chart as HTML: the drawing, its legend and its table.

use askama::Template;

use super::model::{Chart, ChartKind, Series, Unit};
use super::scale::{self, Plot, axis_end};
use super::shape;
use crate::http::console::words::count;

/// The values of the template.
#[derive(Template)]
#[template(path = "console/chart.html")]
struct Figure<'a> {
    chart: &'a Chart,
    plot: Plot,
    /// For each series.
    paths: Vec<String>,
    lines: Vec<GridLine>,
    ticks: Vec<Tick<'a>>,
    rows: Vec<ChartRow<'a>>,
    /// Whether there is anything to draw.
    is_drawn: bool,
    /// What each place says under the pointer.
    places: Vec<Place>,
}

/// The whole height over a label.
struct Place {
    x: String,
    width: String,
    says: String,
    link: Option<String>,
}

/// A grid line and its label.
struct GridLine {
    y: String,
    label: String,
}

struct Tick<'a> {
    x: String,
    /// Where the label stands: a long one at the right edge would leave the drawing.
    anchor: &'static str,
    label: &'a str,
}

struct ChartRow<'a> {
    label: &'a str,
    link: Option<String>,
    cells: Vec<String>,
}

/// The most labels below a plot: more would overlap.
pub(crate) const MOST_TICKS: usize = 6;

impl Chart {
    /// The chart with its legend and its table, as HTML.
    pub(crate) fn html(&self) -> Result<String, askama::Error> {
        let plot = Plot::of(self.labels.len(), self.end());
        let line = |part: f64| {
            let value = plot.end * part;
            GridLine { y: scale::number(plot.y(value)), label: self.unit.short(value) }
        };
        let every = self.labels.len().div_ceil(MOST_TICKS).max(1);
        let tick = |(at, label)| match at + 1 == self.labels.len() && at > 0 {
            true => Tick { x: scale::number(plot.to()), anchor: "end", label },
            false => Tick { x: scale::number(plot.centre(at)), anchor: "middle", label },
        };
        let cell =
            |series: &Series, at| series.value(at).map_or("–".to_owned(), |value| self.unit.long(value));
        let row = |(at, label)| ChartRow {
            label,
            link: self.links.get(at).cloned(),
            cells: self.series.iter().map(|one| cell(one, at)).collect(),
        };
        let labels = || self.labels.iter().map(String::as_str).enumerate();
        let place = |(at, label): (usize, &str)| Place {
            x: scale::number(plot.left(at)),
            width: scale::number(plot.step()),
            says: self.says(at, label),
            link: self.links.get(at).cloned(),
        };
        Figure {
            chart: self,
            is_drawn: self
                .series
                .iter()
                .any(|one| (0..self.labels.len()).any(|at| one.value(at) > Some(0.0))),
            places: labels().map(place).collect(),
            paths: shape::paths(self, &plot),
            lines: [0.0, 0.5, 1.0].map(line).into(),
            ticks: labels().step_by(every).map(tick).collect(),
            rows: labels().map(row).collect(),
            plot,
        }
        .render()
    }

    /// The values at a label, in a line.
    fn says(&self, at: usize, label: &str) -> String {
        let values = self
            .series
            .iter()
            .filter_map(|one| Some(format!("{} {}", self.unit.long(one.value(at)?), one.name)));
        let values: Vec<String> = values.collect();
        if values.is_empty() { label.to_owned() } else { format!("{label}: {}", values.join(", ")) }
    }

    /// The end of the axis: a round number above all values.
    fn end(&self) -> f64 {
        let all = 0..self.labels.len();
        let heights: Vec<f64> = match self.kind {
            ChartKind::Stacked => {
                all.map(|at| self.series.iter().filter_map(|series| series.value(at)).sum()).collect()
            }
            ChartKind::Bars | ChartKind::Lines => {
                all.flat_map(|at| self.series.iter().filter_map(move |series| series.value(at))).collect()
            }
        };
        match self.unit {
            Unit::Share => 1.0,
            // Counts are whole numbers.
            Unit::Count => axis_end(heights.into_iter().fold(2.0, f64::max)),
        }
    }
}

impl ChartKind {
    /// The CSS class of the series.
    fn class(self) -> &'static str {
        match self {
            Self::Bars | Self::Stacked => "bars",
            Self::Lines => "lines",
        }
    }
}

impl Unit {
    /// A label at the axis, where space is scarce.
    fn short(self, value: f64) -> String {
        match self {
            Self::Count => scale::compact(value),
            Self::Share => format!("{:.0} %", value * 100.0),
        }
    }

    /// A value in the table.
    fn long(self, value: f64) -> String {
        match self {
            Self::Count => count(value as u64),
            Self::Share => format!("{:.1} %", value * 100.0),
        }
    }
}
