//! The geometry of a chart. Lengths have a unit of their own: the chart is scaled to the width of the page.

/// The width of the drawing: about as many pixels as a phone has, so that text is never too small.
pub(crate) const WIDTH: f64 = 360.0;

pub(crate) const HEIGHT: f64 = 190.0;

const LEFT: f64 = 42.0;

const RIGHT: f64 = 6.0;

const TOP: f64 = 12.0;

const BOTTOM: f64 = 24.0;

/// The part of a chart between its axes.
pub(crate) struct Plot {
    /// The number of labels.
    places: usize,
    /// The value at the upper edge.
    pub(crate) end: f64,
}

impl Plot {
    pub(crate) fn of(places: usize, end: f64) -> Self {
        Self { places: places.max(1), end }
    }

    /// The width of a label's place.
    pub(crate) fn step(&self) -> f64 {
        (WIDTH - LEFT - RIGHT) / self.places as f64
    }

    /// The left edge of a place.
    pub(crate) fn left(&self, place: usize) -> f64 {
        LEFT + self.step() * place as f64
    }

    /// The middle of a place.
    pub(crate) fn centre(&self, place: usize) -> f64 {
        self.left(place) + self.step() / 2.0
    }

    /// The height of a value, measured from above.
    pub(crate) fn y(&self, value: f64) -> f64 {
        let part = (value / self.end).clamp(0.0, 1.0);
        HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part
    }

    /// The measures that the template needs.
    pub(crate) fn view_box(&self) -> String {
        format!("0 0 {WIDTH} {HEIGHT}")
    }

    pub(crate) fn from(&self) -> f64 {
        LEFT
    }

    pub(crate) fn to(&self) -> f64 {
        WIDTH - RIGHT
    }

    /// The right end of the axis labels.
    pub(crate) fn label_end(&self) -> f64 {
        LEFT - 5.0
    }

    /// The base line of the labels below the plot.
    pub(crate) fn foot(&self) -> f64 {
        HEIGHT - 8.0
    }
}

/// The next 1, 2 or 5 times a power of ten. The axis begins at zero and ends there, so that a flat line means
/// little change.
pub(super) fn axis_end(most: f64) -> f64 {
    if !most.is_finite() || most <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    // The half of each is written beside the axis too, so it is a whole number from 2 on.
    let ends = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0].into_iter().map(|step| step * power);
    ends.into_iter().find(|end| *end >= most && end.is_finite()).unwrap_or(most)
}

/// A length without needless digits.
pub(crate) fn number(length: f64) -> String {
    ((length * 10.0).round() / 10.0).to_string()
}

/// A number in at most five characters: `950`, `1.5 k`, `20 M`.
pub(crate) fn compact(value: f64) -> String {
    let units = [(1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    match units.into_iter().find(|(size, _)| value >= *size) {
        None => number(value),
        Some((size, unit)) => format!("{} {unit}", number(value / size)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number_above_everything() {
        let ends = [0.0, 0.4, 1.0, 1.1, 21.0, 50.1, 99.0, 1_234.0].map(axis_end);
        assert_eq!(ends, [1.0, 0.4, 1.0, 2.0, 40.0, 60.0, 100.0, 2_000.0]);
        assert_eq!([f64::NAN, f64::INFINITY, -3.0].map(axis_end), [1.0; 3]);
        assert_eq!(axis_end(f64::MAX), f64::MAX);
    }

    #[test]
    fn labels_stay_short() {
        let labels = [0.0, 0.5, 950.0, 1_500.0, 20e6, u64::MAX as f64].map(compact);
        assert_eq!(labels, ["0", "0.5", "950", "1.5 k", "20 M", "18.4 E"]);
    }
}
