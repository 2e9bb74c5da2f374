//! What a chart shows, and how.

/// What a chart shows, and how.
pub(crate) struct Chart {
    /// Names it within its page.
    pub(crate) id: &'static str,
    /// What it shows.
    pub(crate) title: String,
    /// What there is to see, in a sentence.
    pub(crate) summary: String,
    pub(crate) kind: ChartKind,
    pub(crate) unit: Unit,
    /// What its labels are: the head of the table's first column.
    pub(crate) axis: &'static str,
    /// From left to right; each series has a value for each of them.
    pub(crate) labels: Vec<String>,
    pub(crate) series: Vec<Series>,
}

/// Values of one kind.
pub(crate) struct Series {
    pub(crate) name: String,
    /// `None` where there is nothing to tell: a line is broken there.
    pub(crate) values: Vec<Option<f64>>,
}

/// How values are drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ChartKind {
    /// As bars, side by side.
    Bars,
    /// As bars, one above the other.
    Stacked,
    /// As lines.
    Lines,
}

/// What values are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    /// Whole numbers.
    Count,
    /// Parts of one, of which the axis shows all.
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
        // Nothing that is no number, or below zero, can be drawn.
        self.values.get(at).copied().flatten().filter(|value| value.is_finite() && *value >= 0.0)
    }
}
