//! Receipts, in either form and in any order.

use std::sync::Arc;

use otpmint::domain::deliveries::delivery::TryOutcome::Accepted;
use otpmint::domain::deliveries::provider_report::Fate;

use super::centre::{Centre, Do, Submit};
use super::{CLEAR, DIGITS, Recorded, channel, id, route, routing_over, send, sender, short};
use crate::delivery::support::until;

/// What comes of a message that is answered so: its id, what was recorded, and the answers to what the centre
/// delivered.
async fn recorded(
    script: impl FnMut(&Submit) -> Vec<Do> + Send + 'static,
    unknown: usize,
) -> (String, Vec<(String, Fate)>, Vec<u32>) {
    let centre = Centre::start(script).await;
    let reports = Arc::new(Recorded { unknown: unknown.into(), ..Recorded::default() });
    let routing = routing_over(channel(short(), reports.clone()));
    let result = send(&routing, &sender(vec![route(2, centre.port, CLEAR)])).await;
    assert_eq!(result.outcome, Accepted);
    until("a report", || !reports.all().is_empty()).await;
    let delivered = centre.heard().delivered.clone();
    (id(&result).unwrap().to_owned(), reports.all(), delivered)
}

fn text(id: &str, stat: &'static str) -> Do {
    Do::Text { id: id.to_owned(), stat, number: DIGITS.to_owned() }
}

fn parameters(id: &str, state: u8) -> Do {
    Do::Parameters { id: id.to_owned(), state, number: DIGITS.to_owned() }
}

#[tokio::test]
async fn a_receipt_is_matched_however_its_id_is_written_and_whenever_it_comes() {
    use Fate::{Delivered, Failed};
    for (accepted, receipt, fate) in [
        ("00001A2B", (|| text("00001A2B", "DELIVRD")) as fn() -> Do, Delivered),
        ("1a2b", || text("6699", "DELIVRD"), Delivered),
        ("6699", || text("1A2B", "UNDELIV"), Failed),
        ("1a2b", || parameters("0000006699", 2), Delivered),
        ("f3b1-77", || parameters("F3B1-77", 8), Failed),
    ] {
        for first in [true, false] {
            let script = move |submit: &Submit| {
                let accept = Do::Accept(submit.sequence, accepted.to_owned());
                if first { vec![receipt(), accept] } else { vec![accept, receipt()] }
            };
            let (id, reports, answers) = recorded(script, 0).await;
            assert_eq!(reports, [(id, fate)], "{accepted}, receipt first: {first}");
            assert_eq!(answers, [0]);
        }
    }
}

#[tokio::test]
async fn a_receipt_whose_message_is_not_recorded_yet_is_kept_for_a_while() {
    let script = |submit: &Submit| vec![Do::Accept(submit.sequence, "77".to_owned()), parameters("77", 2)];
    let (_, reports, _) = recorded(script, 2).await;
    assert_eq!(reports, [("77".to_owned(), Fate::Delivered)]);
}

#[tokio::test]
async fn what_is_no_news_or_from_somebody_is_answered_and_not_reported() {
    let script = |submit: &Submit| {
        vec![
            Do::Accept(submit.sequence, "77".to_owned()),
            Do::Person("STOP"),
            Do::Person("id:77 stat:UNDELIV"),
            parameters("77", 1),
            text("77", "ENROUTE"),
            text("77", "DELIVRD"),
        ]
    };
    let (_, reports, answers) = recorded(script, 0).await;
    assert_eq!(reports, [("77".to_owned(), Fate::Delivered)]);
    assert_eq!(answers, [0; 5]);
}

#[tokio::test]
async fn a_receipt_of_a_message_from_before_a_start_is_reported_by_its_id() {
    let script =
        |submit: &Submit| vec![text("00bf", "DELIVRD"), Do::Accept(submit.sequence, "77".to_owned())];
    let (_, reports, _) = recorded(script, 0).await;
    assert_eq!(reports, [("bf".to_owned(), Fate::Delivered)]);
}
