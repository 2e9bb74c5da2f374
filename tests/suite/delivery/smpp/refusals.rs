//! What becomes of a message, by the status that it is answered with.

use std::time::{Duration, Instant};

use otpmint::delivery::channels::smpp::SmppLimits;
use otpmint::domain::deliveries::delivery::DeliveryError::*;
use otpmint::domain::deliveries::delivery::TryOutcome::{Accepted, Refused, Retry};
use otpmint::domain::deliveries::report::TryResult;

use super::centre::{Centre, Do, Submit, accepting};
use super::{CLEAR, route, routing, send, sender, short};

/// Answers with these statuses in turn, and with the last one for ever.
fn answering(statuses: &'static [u32]) -> impl FnMut(&Submit) -> Vec<Do> + Send + 'static {
    let mut at = 0;
    move |submit| {
        let status = statuses[at.min(statuses.len() - 1)];
        at += 1;
        vec![match status {
            0 => Do::Accept(submit.sequence, "1".to_owned()),
            status => Do::Refuse(submit.sequence, status),
        }]
    }
}

/// What comes of a text when the first centre answers so, and how many messages both have heard.
async fn with_a_spare(statuses: &'static [u32]) -> (TryResult, [usize; 2]) {
    let (first, spare) = (Centre::start(answering(statuses)).await, Centre::start(accepting()).await);
    let routes = vec![route(2, first.port, CLEAR), route(3, spare.port, CLEAR)];
    let result = send(&routing(short()), &sender(routes)).await;
    (result, [first.submits(), spare.submits()])
}

#[tokio::test]
async fn the_accounts_fault_is_for_the_next_account_and_the_recipients_for_nobody() {
    for status in [0x0a, 0x03, 0x15, 0x62, 0x401] {
        let (result, heard) = with_a_spare(Box::leak(Box::new([status]))).await;
        assert_eq!((result.outcome, heard), (Accepted, [1, 1]), "{status:#x}");
    }
    for (status, class) in [(0x0b, RecipientRefused), (0x01, MessageRefused)] {
        let (result, heard) = with_a_spare(Box::leak(Box::new([status]))).await;
        assert_eq!((result.outcome, heard), (Refused(class), [1, 0]), "{status:#x}");
    }
}

#[tokio::test]
async fn a_centre_in_trouble_is_asked_once_more_and_then_the_next_one() {
    for status in [0x08, 0x45] {
        let statuses: &'static [u32] = Box::leak(Box::new([status, 0]));
        assert_eq!(with_a_spare(statuses).await.1, [2, 0], "{status:#x}");
        let statuses: &'static [u32] = Box::leak(Box::new([status]));
        let (result, heard) = with_a_spare(statuses).await;
        assert_eq!((result.outcome, heard), (Accepted, [2, 1]), "{status:#x}");
    }
}

#[tokio::test]
async fn an_account_that_sends_too_fast_pauses_longer_each_time_and_then_sends() {
    let centre = Centre::start(answering(&[0x58, 0x14, 0x58, 0])).await;
    let (routing, sender) = (routing(short()), sender(vec![route(2, centre.port, CLEAR)]));
    let begun = Instant::now();
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    assert!(begun.elapsed() >= Duration::from_millis(40 + 80 + 160), "{:?}", begun.elapsed());
    assert_eq!(centre.submits(), 4);
}

#[tokio::test]
async fn a_pause_that_is_too_long_is_told_and_nothing_is_sent_in_it() {
    let centre = Centre::start(answering(&[0x58])).await;
    let long = Duration::from_secs(60);
    let limits = SmppLimits { throttle: (long, long), ..short() };
    let (routing, sender) = (routing(limits), sender(vec![route(2, centre.port, CLEAR)]));
    for _ in 0..3 {
        let result = send(&routing, &sender).await;
        assert_eq!(result.outcome, Retry(ServerUnavailable));
        assert_eq!(result.tried.as_ref().unwrap().word, Some("throttled"));
        assert!(result.pause.is_some_and(|pause| pause > long / 2 && pause <= long), "{result:?}");
    }
    assert_eq!(centre.submits(), 1);
}

#[tokio::test]
async fn a_session_that_the_centre_no_longer_knows_is_opened_anew() {
    let centre = Centre::start(answering(&[0x04, 0])).await;
    let (routing, sender) = (routing(short()), sender(vec![route(2, centre.port, CLEAR)]));
    assert_eq!(send(&routing, &sender).await.outcome, Accepted);
    assert_eq!((centre.submits(), centre.heard().binds.len()), (2, 2));
}
