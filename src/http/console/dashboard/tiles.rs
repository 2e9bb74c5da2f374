//! The numbers above the charts, each beside that of the days before.

use crate::domain::reports::statistics::{Counts, Day};
use crate::http::console::words::{count, share};
use crate::service::LastDays;

use super::total::total;

/// A number with its name.
pub(crate) struct Tile {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// How it changed, as `▲ 8 %`.
    pub(crate) trend: Option<String>,
}

/// The days that are over, and as many before them.
#[derive(Default)]
struct Compared {
    now: Counts,
    before: Counts,
}

/// The tiles of these days.
pub(crate) fn of(numbers: &LastDays) -> Vec<Tile> {
    let all = total(&numbers.counts);
    let over: Vec<(Day, Counts)> =
        numbers.counts.iter().copied().filter(|(day, _)| *day < numbers.to).collect();
    // A server that had not begun then, or hardly, has nothing to compare with.
    let had_begun = 2 * numbers.before.len() as i64 >= numbers.to.number() - numbers.from.number();
    let compared = match had_begun {
        true => Compared { now: total(&over), before: total(&numbers.before) },
        false => Compared::default(),
    };
    let tile =
        |name, of: fn(&Counts) -> u64| Tile { name, value: count(of(&all)), trend: compared.relative(of) };
    let mut tiles = vec![
        tile("minted", |counts| counts.minted),
        Tile {
            name: "verified",
            value: all.conversion().map_or_else(|| "–".to_owned(), share),
            trend: compared.of_conversion(),
        },
        tile("messages sent", |counts| counts.sent),
        tile("messages not sent", |counts| counts.failed),
        tile("wrong codes", |counts| counts.mismatched),
        tile("out of attempts", |counts| counts.exhausted),
        Tile { trend: None, ..tile("pending", Counts::pending) },
    ];
    // Only tenants with phone numbers know these.
    if all.refused > 0 {
        tiles.push(tile("messages refused", |counts| counts.refused));
    }
    tiles
}

impl Compared {
    /// The change of a count, as a part of what it was; `None` without anything to compare.
    fn relative(&self, of: fn(&Counts) -> u64) -> Option<String> {
        let (now, before) = (of(&self.now) as f64, of(&self.before) as f64);
        (before > 0.0).then(|| told((now - before) / before * 100.0, "%"))
    }

    /// The change of the conversion, in percentage points.
    fn of_conversion(&self) -> Option<String> {
        let (now, before) = (self.now.conversion()?, self.before.conversion()?);
        Some(told((now - before) * 100.0, "points"))
    }
}

/// A change with its direction; the same where it rounds to nothing.
fn told(change: f64, unit: &str) -> String {
    match change.round() {
        up if up > 0.0 => format!("▲ {up} {unit}"),
        down if down < 0.0 => format!("▼ {} {unit}", -down),
        _ => format!("± 0 {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(minted: u64, verified: u64) -> Counts {
        Counts { minted, verified, ..Counts::default() }
    }

    #[test]
    fn days_that_are_over_are_compared_with_as_many_before() {
        let day = Day::from_number;
        let numbers = LastDays {
            from: day(10),
            to: day(12),
            counts: vec![(day(10), counts(60, 30)), (day(11), counts(48, 24)), (day(12), counts(1_000, 0))],
            courses: Vec::new(),
            before: vec![(day(8), counts(50, 40)), (day(9), counts(50, 40))],
        };
        let tiles = of(&numbers);
        assert_eq!((tiles[0].value.as_str(), tiles[0].trend.as_deref()), ("1,108", Some("▲ 8 %")));
        assert_eq!(tiles[1].trend.as_deref(), Some("▼ 30 points"));
        assert_eq!(tiles[2].trend, None, "there is nothing to compare with");
        let same = LastDays { before: vec![(day(8), counts(108, 54))], ..numbers };
        assert_eq!(of(&same)[0].trend.as_deref(), Some("± 0 %"));
        let young = LastDays { from: day(2), ..same };
        assert_eq!(of(&young)[0].trend, None, "one day is less than half of ten");
    }
}
