use roxmltree::{Document, Node};

use super::figure::MOST_TICKS;
use super::model::{Chart, ChartKind, Series, Unit};
use super::scale;

fn chart(kind: ChartKind, series: Vec<Series>, labels: &[&str]) -> Chart {
    Chart {
        id: "curve",
        title: "Minted".to_owned(),
        summary: "As it went.".to_owned(),
        kind,
        unit: Unit::Count,
        axis: "Day",
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        series,
        links: Vec::new(),
    }
}

/// Only the drawing, without the HTML around it.
fn drawn(chart: &Chart) -> String {
    let html = chart.html().unwrap();
    let from = html.find("<svg class=").unwrap();
    html[from..html[from..].find("</svg>").unwrap() + from + 6].to_owned()
}

fn paths(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap();
    let is_series = |node: &Node| node.attribute("class").is_some_and(|class| class.starts_with("series"));
    let series = document.descendants().filter(is_series);
    series.map(|node| node.attribute("d").unwrap().to_owned()).collect()
}

/// Every number of a path.
fn lengths(path: &str) -> Vec<f64> {
    let numbers = path.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'));
    numbers.filter(|number| !number.is_empty()).map(|number| number.parse().unwrap()).collect()
}

#[test]
fn a_drawing_is_well_formed_and_says_what_it_is() {
    let svg = drawn(&chart(ChartKind::Bars, vec![Series::counts("all", [1, 2])], &["Mon", "Tue"]));
    let document = Document::parse(&svg).unwrap();
    let root = document.root_element();
    assert_eq!((root.attribute("role"), root.attribute("fill")), (Some("img"), Some("currentColor")));
    let text =
        |id: &str| document.descendants().find(|node| node.attribute("id") == Some(id)).unwrap().text();
    let named: Vec<_> = root.attribute("aria-labelledby").unwrap().split(' ').map(text).collect();
    assert_eq!(named, [Some("Minted"), Some("As it went.")]);
}

#[test]
fn nothing_that_is_shown_becomes_markup_and_nothing_needs_a_style_or_a_script() {
    let mean = "</title><script>alert(1)</script>&\"'";
    let mut chart =
        chart(ChartKind::Stacked, vec![Series::counts(mean, [1]), Series::counts("b", [1])], &[mean]);
    (chart.title, chart.summary) = (mean.to_owned(), mean.to_owned());
    let html = chart.html().unwrap();
    assert!(!html.contains("<script") && !html.contains("style"), "{html}");
    let svg = drawn(&chart);
    let document = Document::parse(&svg).unwrap();
    assert!(document.descendants().any(|node| node.text() == Some(mean)), "{svg}");
}

#[test]
fn without_values_there_is_a_sentence_and_no_drawing() {
    for kind in [ChartKind::Bars, ChartKind::Stacked, ChartKind::Lines] {
        let none = Series { name: "none".to_owned(), values: vec![None, Some(f64::NAN), Some(-1.0)] };
        for chart in [
            chart(kind, vec![none], &["a", "b", "c"]),
            chart(kind, Vec::new(), &["a"]),
            chart(kind, vec![Series::counts("empty", [])], &[]),
            chart(kind, vec![Series::counts("zeros", [0, 0])], &["a", "b"]),
        ] {
            let html = chart.html().unwrap();
            assert!(!html.contains("<svg") && html.contains("As it went."), "{kind:?}: {html}");
        }
    }
}

#[test]
fn each_place_says_its_values_under_the_pointer() {
    let svg = drawn(&chart(
        ChartKind::Bars,
        vec![Series::counts("minted", [21_949, 0]), Series::counts("verified", [1, 0])],
        &["24 Oct", "25 Oct so far"],
    ));
    let document = Document::parse(&svg).unwrap();
    let places = document.descendants().filter(|node| node.attribute("class") == Some("place"));
    let said: Vec<_> = places.filter_map(|node| node.first_child()?.text()).collect();
    assert_eq!(said, ["24 Oct: 21,949 minted, 1 verified", "25 Oct so far: 0 minted, 0 verified"]);
}

#[test]
fn places_and_rows_lead_to_what_is_behind_them() {
    let mut chart = chart(ChartKind::Bars, vec![Series::counts("all", [1, 2])], &["Mon", "Tue"]);
    chart.links = ["/a?x=1&y=\"", "/b"].map(str::to_owned).into();
    let svg = drawn(&chart);
    let document = Document::parse(&svg).unwrap();
    // Links are no part of an image.
    assert_eq!(document.root_element().attribute("role"), Some("group"));
    let links: Vec<_> = document.descendants().filter_map(|node| node.attribute("href")).collect();
    assert_eq!(links, ["/a?x=1&y=\"", "/b"]);
    assert!(chart.html().unwrap().contains("<th scope=\"row\"><a href=\"/b\">Tue</a></th>"));
}

#[test]
fn one_point_is_one_dot_and_one_bar() {
    let one = || vec![Series::counts("one", [7])];
    let line = paths(&drawn(&chart(ChartKind::Lines, one(), &["a"])));
    assert!(line[0].starts_with('M') && line[0].ends_with("h0"), "{line:?}");
    let bars = paths(&drawn(&chart(ChartKind::Bars, one(), &["a"])));
    assert_eq!(bars[0].matches('M').count(), 1);
}

#[test]
fn a_line_is_broken_where_there_is_nothing() {
    let values = vec![Some(1.0), Some(2.0), None, Some(3.0)];
    let gap = vec![Series { name: "gap".to_owned(), values }];
    let line = paths(&drawn(&chart(ChartKind::Lines, gap, &["a", "b", "c", "d"])));
    assert_eq!((line[0].matches('M').count(), line[0].matches('L').count()), (2, 1));
}

#[test]
fn whatever_the_values_are_the_drawing_stays_in_its_box() {
    let huge = [1, u64::MAX, 0, u64::MAX];
    for kind in [ChartKind::Bars, ChartKind::Stacked, ChartKind::Lines] {
        let mut series = vec![Series::counts("a", huge), Series::counts("b", huge)];
        series.push(Series { name: "most".to_owned(), values: vec![Some(f64::MAX); 4] });
        let labels = ["a", "b", "c", "d"];
        for path in paths(&drawn(&chart(kind, series, &labels))) {
            assert!(lengths(&path).iter().all(|length| (0.0..=scale::WIDTH).contains(length)), "{path}");
        }
    }
}

#[test]
fn stacked_bars_stand_on_each_other_and_the_axis_has_room_for_all() {
    let series = vec![Series::counts("a", [30]), Series::counts("b", [30])];
    let svg = drawn(&chart(ChartKind::Stacked, series, &["day"]));
    let [low, high] = &paths(&svg)[..] else { panic!("{svg}") };
    // The left edge, the top, the width and the bottom.
    assert_eq!(lengths(low)[2], lengths(high)[1], "{low} {high}");
    assert!(svg.contains(">60</text>"), "{svg}");
}

#[test]
fn the_table_has_every_number_and_the_axis_few_labels() {
    let labels: Vec<String> = (0..48).map(|hour| format!("{hour}:00")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let chart = chart(ChartKind::Bars, vec![Series::counts("all", 1_000..1_048)], &labels);
    let html = chart.html().unwrap();
    assert_eq!(html.matches("<th scope=\"row\">").count(), 48);
    assert!(html.contains("<td class=\"number\">1,047</td>"));
    assert_eq!(drawn(&chart).matches("text-anchor=\"middle\"").count(), MOST_TICKS);
}

#[test]
fn shares_are_shown_of_the_whole() {
    let series = Series { name: "share".to_owned(), values: vec![Some(0.125), None] };
    let chart = Chart { unit: Unit::Share, ..chart(ChartKind::Lines, vec![series], &["a", "b"]) };
    let html = chart.html().unwrap();
    for part in [">100 %<", "<td class=\"number\">12.5 %</td>", "<td class=\"number\">–</td>"] {
        assert!(html.contains(part), "{part}: {html}");
    }
}
