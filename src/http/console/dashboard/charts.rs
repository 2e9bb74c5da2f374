//! The charts of the dashboard.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::reports::audit::AuditEvent;
use crate::domain::reports::course::{Course, DELIVERY_TIME_BOUNDS, DeliveryTimes, HOURS, hour_of};
use crate::domain::reports::statistics::{Counts, Day, FactorCounts, VERIFICATION_TIME_BOUNDS};
use crate::domain::time::Timestamp;
use crate::service::LastDays;

use crate::http::console::chart::model::{Chart, ChartKind, Series, Unit};
use crate::http::console::words::{self, count, plain, share, span};

use super::events::Events;
use super::total::total;

/// The number of causes with a series of their own; rarer ones are "other".
const MOST_CAUSES: usize = 5;

/// All charts, in the order of the page.
pub(crate) fn all(numbers: &LastDays, now: Timestamp, events: &Events) -> Vec<Chart> {
    let (days, sum) = (Days::of(numbers), total(&numbers.counts));
    let mut charts = vec![
        by_hour(&days, now, events),
        by_day(&days, events),
        conversion(&days, &sum),
        time_to_verify(&sum),
        delivery_latency(&days),
        failures(&days, events),
    ];
    charts.extend(factors(&days, sum.factors, events));
    charts
}

/// The answers to authenticator apps, if there are any in these days.
fn factors(days: &Days, total: FactorCounts, events: &Events) -> Option<Chart> {
    let of = |count: fn(FactorCounts) -> u64| -> Vec<u64> {
        days.counts().map(|counts| count(counts.factors)).collect()
    };
    let series = vec![
        Series::counts("right", of(|counts| counts.checked)),
        Series::counts("recovery codes", of(|counts| counts.recovered)),
        Series::counts("wrong", of(|counts| counts.mismatched)),
    ];
    (total != FactorCounts::default()).then(|| Chart {
        id: "factors",
        title: "Authenticator apps".to_owned(),
        summary: format!(
            "{} added, {} confirmed, {} removed; {} pauses after wrong codes.",
            total.added, total.confirmed, total.removed, total.paused
        ),
        kind: ChartKind::Stacked,
        unit: Unit::Count,
        axis: "Day (UTC)",
        labels: days.labels(),
        series,
        links: days.links(events, None),
    })
}

/// The numbers of every day, including days without any.
struct Days {
    days: Vec<Day>,
    counts: HashMap<Day, Counts>,
    courses: HashMap<Day, Course>,
}

impl Days {
    fn of(numbers: &LastDays) -> Self {
        Self {
            days: (numbers.from.number()..=numbers.to.number()).map(Day::from_number).collect(),
            counts: numbers.counts.iter().copied().collect(),
            courses: numbers.courses.iter().copied().collect(),
        }
    }

    /// As `24 Oct`. The last day is not over.
    fn labels(&self) -> Vec<String> {
        let last = self.days.len().saturating_sub(1);
        let label = |(at, day): (usize, &Day)| match at == last {
            true => format!("{} so far", words::day(*day)),
            false => words::day(*day),
        };
        self.days.iter().enumerate().map(label).collect()
    }

    /// The paths of what happened on each day.
    fn links(&self, events: &Events, event: Option<AuditEvent>) -> Vec<String> {
        self.days.iter().map(|day| events.on(*day, event)).collect()
    }

    fn counts(&self) -> impl Iterator<Item = Counts> {
        self.days.iter().map(|day| self.counts.get(day).copied().unwrap_or_default())
    }

    fn courses(&self) -> impl Iterator<Item = Course> {
        self.days.iter().map(|day| self.courses.get(day).copied().unwrap_or_default())
    }
}

fn minted_and_verified(
    id: &'static str,
    title: &str,
    axis: &'static str,
    bars: Vec<(String, u64, u64)>,
    links: Vec<String>,
) -> Chart {
    let (minted, verified): (Vec<u64>, Vec<u64>) = bars.iter().map(|bar| (bar.1, bar.2)).unzip();
    let (all, of_them): (u64, u64) = (minted.iter().sum(), verified.iter().sum());
    Chart {
        id,
        title: title.to_owned(),
        summary: format!("{} minted, {} of them verified.", count(all), count(of_them)),
        kind: ChartKind::Bars,
        unit: Unit::Count,
        axis,
        labels: bars.into_iter().map(|(label, ..)| label).collect(),
        series: vec![Series::counts("minted", minted), Series::counts("verified", verified)],
        links,
    }
}

/// The 24 hours that end with the present one.
fn by_hour(days: &Days, now: Timestamp, events: &Events) -> Chart {
    let (today, hour) = (Day::of(now), usize::from(hour_of(now)));
    let bars = (0..HOURS).map(|back| {
        let at = (hour + 1 + back) % HOURS;
        let day = if at > hour { today - 1 } else { today };
        let counted = days.courses.get(&day).map(|course| course.hours[at]).unwrap_or_default();
        (format!("{at:02}:00"), counted.minted, counted.verified)
    });
    let begins = Day::of(now).begins_at() + Duration::from_secs(3_600 * u64::from(hour_of(now)));
    let links = (0..HOURS as u64).rev().map(|back| {
        let from = begins - Duration::from_secs(3_600 * back);
        events.between(from, from + Duration::from_secs(3_600), None)
    });
    let title = "The last 24 hours";
    minted_and_verified("by-hour", title, "Hour (UTC)", bars.collect(), links.collect())
}

fn by_day(days: &Days, events: &Events) -> Chart {
    let bars = days.labels().into_iter().zip(days.counts());
    let bars = bars.map(|(label, counts)| (label, counts.minted, counts.verified));
    minted_and_verified("by-day", "Day by day", "Day (UTC)", bars.collect(), days.links(events, None))
}

fn conversion(days: &Days, total: &Counts) -> Chart {
    let summary = match total.conversion() {
        None => "Nothing was minted.".to_owned(),
        Some(part) => format!("{} of what was minted in these days was verified.", share(part)),
    };
    // Of what was minted on a day that is not over, much is still pending.
    let over = days.days.len().saturating_sub(1);
    let values = days.counts().enumerate().map(|(at, counts)| counts.conversion().filter(|_| at < over));
    let values = values.collect();
    Chart {
        id: "conversion",
        title: "Conversion".to_owned(),
        summary,
        kind: ChartKind::Lines,
        unit: Unit::Share,
        axis: "Day (UTC)",
        labels: days.labels(),
        series: vec![Series { name: "verified".to_owned(), values }],
        links: Vec::new(),
    }
}

fn time_to_verify(total: &Counts) -> Chart {
    let seconds = |part| total.times.quantile(part);
    Chart {
        id: "time-to-verify",
        title: "Time to verify".to_owned(),
        summary: percentiles(seconds, "Nothing was verified."),
        kind: ChartKind::Bars,
        unit: Unit::Count,
        axis: "Up to",
        labels: VERIFICATION_TIME_BOUNDS.iter().map(|step| span(f64::from(*step))).collect(),
        series: vec![Series::counts("challenges", total.times.0)],
        links: Vec::new(),
    }
}

fn delivery_latency(days: &Days) -> Chart {
    let mut waits = DeliveryTimes::default();
    for course in days.courses() {
        for (sum, count) in waits.0.iter_mut().zip(course.waits.0) {
            *sum += count;
        }
    }
    let seconds = |part| waits.quantile(part).map(|millis| millis / 1_000.0);
    Chart {
        id: "delivery-latency",
        title: "Delivery latency".to_owned(),
        summary: percentiles(seconds, "Nothing was sent."),
        kind: ChartKind::Bars,
        unit: Unit::Count,
        axis: "Up to",
        labels: DELIVERY_TIME_BOUNDS.iter().map(|step| span(f64::from(*step) / 1_000.0)).collect(),
        series: vec![Series::counts("messages", waits.0)],
        links: Vec::new(),
    }
}

fn percentiles(seconds: impl Fn(f64) -> Option<f64>, none: &str) -> String {
    match (seconds(0.5), seconds(0.9), seconds(0.99)) {
        (Some(half), Some(most), Some(nearly_all)) => format!(
            "Half within {}, nine of ten within {}, 99 of 100 within {}.",
            span(half),
            span(most),
            span(nearly_all)
        ),
        _ => none.to_owned(),
    }
}

fn failures(days: &Days, events: &Events) -> Chart {
    let courses: Vec<Course> = days.courses().collect();
    let sum = |cause: usize| courses.iter().map(|course| course.causes[cause]).sum::<u64>();
    let mut causes: Vec<(usize, u64)> =
        (0..DeliveryError::ALL.len()).map(|cause| (cause, sum(cause))).collect();
    causes.retain(|(_, count)| *count > 0);
    causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let name = |cause: usize| plain(DeliveryError::ALL[cause].as_str());
    let summary = match causes.first() {
        None => "Nothing failed.".to_owned(),
        Some((cause, count)) => {
            let all: u64 = causes.iter().map(|(_, count)| count).sum();
            format!("{all} not sent; most often: {} ({count}).", name(*cause))
        }
    };
    let rare = causes.split_off(causes.len().min(MOST_CAUSES));
    let of = |causes: &[usize]| -> Vec<u64> {
        courses.iter().map(|course| causes.iter().map(|cause| course.causes[*cause]).sum()).collect()
    };
    let mut series: Vec<Series> =
        causes.iter().map(|(cause, _)| Series::counts(name(*cause), of(&[*cause]))).collect();
    if !rare.is_empty() {
        let rare: Vec<usize> = rare.iter().map(|(cause, _)| *cause).collect();
        series.push(Series::counts("other", of(&rare)));
    }
    Chart {
        id: "failures",
        title: "Messages not sent, by cause".to_owned(),
        summary,
        kind: ChartKind::Stacked,
        unit: Unit::Count,
        axis: "Day (UTC)",
        labels: days.labels(),
        series,
        links: days.links(events, Some(AuditEvent::DeliveryFailed)),
    }
}
