use crate::domain::deliveries::delivery::DeliveryError;
use crate::domain::reports::course::Course;
use crate::domain::reports::statistics::{Counts, Day};
use crate::domain::time::Timestamp;
use crate::service::LastDays;

use crate::http::console::chart::model::Chart;
use crate::http::console::filters::Filters;
use crate::http::console::report_scope::ReportScope;

use super::charts;
use super::events::Events;
use super::page::{days, render};

/// Ten in the morning.
fn now() -> Timestamp {
    Timestamp::from_millis(20_000 * 86_400_000 + 10 * 3_600_000 + 5)
}

fn numbers() -> LastDays {
    let to = Day::of(now());
    let mut yesterday = Course::default();
    yesterday.hours[10].minted = 40;
    yesterday.hours[11].minted = 5;
    let mut today = Course::default();
    today.hours[10].minted = 7;
    today.hours[10].verified = 3;
    today.waits.0[2] = 4; // above 100 and up to 250 ms
    for (at, count) in today.causes.iter_mut().zip(1..=7) {
        *at = count;
    }
    let mut counts = Counts { minted: 7, verified: 3, sent: 4, failed: 28, ..Counts::default() };
    counts.times.0[4] = 3; // above 5 and up to 8 s
    LastDays {
        from: to - 6,
        to,
        counts: vec![(to, counts)],
        courses: vec![(to - 1, yesterday), (to, today)],
        before: Vec::new(),
    }
}

fn all(numbers: &LastDays) -> Vec<Chart> {
    charts::all(numbers, now(), &Events::of("/console/audit", &Filters::of("")))
}

fn chart(id: &str) -> Chart {
    all(&numbers()).into_iter().find(|chart| chart.id == id).unwrap()
}

/// The values of these labels in the table.
fn values(id: &str, labels: &[&str]) -> Vec<Vec<Option<f64>>> {
    let chart = chart(id);
    let at = |label: &&str| chart.labels.iter().position(|known| known == label).unwrap();
    labels.iter().map(|label| chart.series.iter().map(|series| series.values[at(label)]).collect()).collect()
}

#[test]
fn the_last_24_hours_end_with_the_present_one() {
    let hours = chart("by-hour");
    assert_eq!((hours.labels[0].as_str(), hours.labels[23].as_str()), ("11:00", "10:00"));
    // Ten o'clock yesterday is 24 hours ago, which is no longer part of the chart.
    let both = |minted, verified| vec![Some(minted), Some(verified)];
    assert_eq!(
        values("by-hour", &["11:00", "10:00", "09:00"]),
        [both(5.0, 0.0), both(7.0, 3.0), both(0.0, 0.0)]
    );
    assert_eq!(hours.summary, "12 minted, 3 of them verified.");
}

#[test]
fn an_hour_and_a_day_lead_to_their_events() {
    let hours = chart("by-hour");
    assert!(hours.links[23].contains("from=2024-10-04T10:00&to=2024-10-04T11:00"), "{:?}", hours.links);
    assert!(hours.links[0].contains("from=2024-10-03T11:00"), "{:?}", hours.links);
    let failures = chart("failures");
    assert_eq!(
        failures.links[6],
        "/console/audit?from=2024-10-04T00:00&to=2024-10-05T00:00&event=delivery_failed"
    );
}

#[test]
fn days_without_a_challenge_are_there_and_have_no_conversion() {
    let days = chart("by-day");
    assert_eq!(days.labels.len(), 7);
    // A day that is not over has none yet.
    let today = days.labels[6].clone();
    assert!(today.ends_with(" so far"), "{today}");
    assert_eq!(values("conversion", &[&days.labels[0], &today]), [vec![None], vec![None]]);
    let later = LastDays { to: numbers().to + 1, ..numbers() };
    let later = all(&later).into_iter().find(|chart| chart.id == "conversion").unwrap();
    assert_eq!(later.series[0].values[5..], [None, Some(3.0 / 7.0), None]);
    assert_eq!(chart("conversion").summary, "42.9 % of what was minted in these days was verified.");
}

#[test]
fn times_are_told_as_percentiles() {
    assert_eq!(
        chart("time-to-verify").summary,
        "Half within 6.5 s, nine of ten within 7.7 s, 99 of 100 within 8 s."
    );
    assert_eq!(
        chart("delivery-latency").summary,
        "Half within 175 ms, nine of ten within 235 ms, 99 of 100 within 248 ms."
    );
    assert_eq!(values("delivery-latency", &["250 ms", "1 s"]), [[Some(4.0)], [Some(0.0)]]);
}

#[test]
fn the_commonest_causes_are_told_apart_and_the_rest_is_one() {
    let failures = chart("failures");
    let names: Vec<&str> = failures.series.iter().map(|series| series.name.as_str()).collect();
    let commonest = [6, 5, 4, 3, 2].map(|at| DeliveryError::ALL[at].as_str().replace('_', " "));
    assert_eq!(names[..5], commonest.each_ref().map(String::as_str));
    assert_eq!((names[5], failures.series[5].values[6]), ("other", Some(3.0)));
    assert_eq!(failures.summary, "28 not sent; most often: no account (7).");
}

#[test]
fn an_empty_server_has_a_whole_dashboard() {
    let none = LastDays { counts: Vec::new(), courses: Vec::new(), ..numbers() };
    let html = render(&ReportScope::everywhere(), &Filters::of(""), 7, &none, now()).unwrap();
    for part in ["Nothing was minted.", "Nothing was verified.", "Nothing was sent.", "Nothing failed."] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(html.matches("<section class=\"chart\"").count(), 6);
    assert!(!html.contains("<svg"), "nothing is drawn where there is nothing");
}

#[test]
fn a_tenant_has_no_other_tenants_to_choose() {
    let shown = |scope| render(&scope, &Filters::of("tenant=tnt_x%22"), 7, &numbers(), now()).unwrap();
    assert!(shown(ReportScope::everywhere()).contains("value=\"tnt_x&#34;\""));
    assert!(!shown(ReportScope::of("tnt_y")).contains("name=\"tenant\""));
}

#[test]
fn days_are_chosen_among_a_few() {
    let chosen = |query: &str| days(&mut Filters::of(query));
    assert_eq!(["days=7", "days=90", "", "days=8", "days=x"].map(chosen), [7, 90, 30, 30, 30]);
}
