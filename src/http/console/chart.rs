//! Charts as SVG, drawn here: no script and no style of their own, so they follow the page in light and
//! dark, and a strict policy lets them through.
//!
//! The shapes are computed (`scale.rs`, `shape.rs`) and `templates/console/chart.html` writes them down, so
//! that it alone escapes. Below each chart are its numbers as a table: nobody needs to see it to read it.

mod scale;
mod shape;

use askama::Template;

use scale::Plot;
pub use scale::axis_end;

/// What a chart shows, and how.
pub(super) struct Chart {
    /// Names it within its page.
    pub(super) id: &'static str,
    /// What it shows.
    pub(super) title: String,
    /// What there is to see, in a sentence.
    pub(super) summary: String,
    pub(super) kind: Kind,
    pub(super) unit: Unit,
    /// What its labels are: the head of the table's first column.
    pub(super) axis: &'static str,
    /// From left to right; each series has a value for each of them.
    pub(super) labels: Vec<String>,
    pub(super) series: Vec<Series>,
}

/// Values of one kind.
pub(super) struct Series {
    pub(super) name: String,
    /// `None` where there is nothing to tell: a line is broken there.
    pub(super) values: Vec<Option<f64>>,
}

/// How values are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// As bars, side by side.
    Bars,
    /// As bars, one above the other.
    Stacked,
    /// As lines.
    Lines,
}

/// What values are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unit {
    /// Whole numbers.
    Count,
    /// Parts of one, of which the axis shows all.
    Share,
}

/// What the template writes down.
#[derive(Template)]
#[template(path = "console/chart.html")]
struct Figure<'a> {
    chart: &'a Chart,
    plot: Plot,
    /// Of each series.
    paths: Vec<String>,
    lines: Vec<Line>,
    ticks: Vec<Tick<'a>>,
    rows: Vec<Row<'a>>,
}

/// A line across the plot, and what it stands for.
struct Line {
    y: String,
    label: String,
}

/// A label below the plot.
struct Tick<'a> {
    x: String,
    label: &'a str,
}

/// A row of the table.
struct Row<'a> {
    label: &'a str,
    cells: Vec<String>,
}

/// Labels below a plot at most: more would run into each other.
const MOST_TICKS: usize = 6;

impl Series {
    /// A series of counts.
    pub(super) fn counts(name: impl Into<String>, values: impl IntoIterator<Item = u64>) -> Self {
        let values = values.into_iter().map(|value| Some(value as f64));
        Self { name: name.into(), values: values.collect() }
    }

    fn value(&self, at: usize) -> Option<f64> {
        // Nothing that is no number, or below zero, can be drawn.
        self.values.get(at).copied().flatten().filter(|value| value.is_finite() && *value >= 0.0)
    }
}

impl Chart {
    /// The chart with its legend and its table, as HTML.
    pub(super) fn html(&self) -> Result<String, askama::Error> {
        let plot = Plot::of(self.labels.len(), self.end());
        let line = |part: f64| {
            let value = plot.end * part;
            Line { y: scale::number(plot.y(value)), label: self.unit.short(value) }
        };
        let every = self.labels.len().div_ceil(MOST_TICKS).max(1);
        let tick = |(at, label)| Tick { x: scale::number(plot.centre(at)), label };
        let cell =
            |series: &Series, at| series.value(at).map_or("–".to_owned(), |value| self.unit.long(value));
        let row = |(at, label)| Row { label, cells: self.series.iter().map(|one| cell(one, at)).collect() };
        let labels = || self.labels.iter().map(String::as_str).enumerate();
        Figure {
            chart: self,
            paths: shape::paths(self, &plot),
            lines: [0.0, 0.5, 1.0].map(line).into(),
            ticks: labels().step_by(every).map(tick).collect(),
            rows: labels().map(row).collect(),
            plot,
        }
        .render()
    }

    /// Where the axis ends: at a round number above everything that is drawn.
    fn end(&self) -> f64 {
        let all = 0..self.labels.len();
        let heights: Vec<f64> = match self.kind {
            Kind::Stacked => {
                all.map(|at| self.series.iter().filter_map(|series| series.value(at)).sum()).collect()
            }
            Kind::Bars | Kind::Lines => {
                all.flat_map(|at| self.series.iter().filter_map(move |series| series.value(at))).collect()
            }
        };
        match self.unit {
            Unit::Share => 1.0,
            // Half of one is nothing that could be counted.
            Unit::Count => axis_end(heights.into_iter().fold(2.0, f64::max)),
        }
    }
}

impl Kind {
    /// The class that says how its shapes are painted.
    fn class(self) -> &'static str {
        match self {
            Self::Bars | Self::Stacked => "bars",
            Self::Lines => "lines",
        }
    }
}

impl Unit {
    /// Beside the axis, where there is little room.
    fn short(self, value: f64) -> String {
        match self {
            Self::Count => scale::compact(value),
            Self::Share => format!("{:.0} %", value * 100.0),
        }
    }

    /// In the table.
    fn long(self, value: f64) -> String {
        match self {
            Self::Count => format!("{value:.0}"),
            Self::Share => format!("{:.1} %", value * 100.0),
        }
    }
}

#[cfg(test)]
mod tests;
