//! The data of a chart.

/// The data of a chart and how to draw it.
pub(crate) struct Chart {
    /// The id within the page.
    pub(crate) id: &'static str,
    /// The title.
    pub(crate) title: String,
    /// A summary in one sentence.
    pub(crate) summary: String,
    pub(crate) kind: ChartKind,
    pub(crate) unit: Unit,
    /// The meaning of the labels: the head of the table's first column.
    pub(crate) axis: &'static str,
    /// From left to right; each series has a value for each label.
    pub(crate) labels: Vec<String>,
    pub(crate) series: Vec<Series>,
    /// For each label the path of the rows behind it; empty if there are none.
    pub(crate) links: Vec<String>,
}

/// The values of one kind.
pub(crate) struct Series {
    pub(crate) name: String,
    /// `None` where there is no value: a line has a gap there.
    pub(crate) values: Vec<Option<f64>>,
}

/// The shape of the series.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ChartKind {
    /// Bars, side by side.
    Bars,
    /// Stacked bars.
    Stacked,
    /// Lines.
    Lines,
}

/// The kind of the values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    /// Whole numbers.
    Count,
    /// Fractions; the axis goes from 0 to 1.
    Share,
}

impl Series {
    /// A series of counts.
    pub(crate) fn counts(name: impl Into<String>, values: impl IntoIterator<Item = u64>) -> Self {
        let values = values.into_iter().map(|value| Some(value as f64));
        Self { name: name.into(), values: values.collect() }
    }

    /// The value at this label, if it can be drawn.
    pub(crate) fn value(&self, at: usize) -> Option<f64> {
        // NaN and negative values cannot be drawn.
        self.values.get(at).copied().flatten().filter(|value| value.is_finite() && *value >= 0.0)
    }
}
