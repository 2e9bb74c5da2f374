use crate::domain::challenges::challenge::{Challenge, Standing};
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::challenges::details::Details;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::deliveries::history::{DeliveryRow, NextTry, Try};
use crate::domain::id::{ChallengeId, TenantId};

use super::*;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + millis)
}

fn row(millis: i64, event: &str) -> AuditRow {
    let event = event.to_owned();
    AuditRow {
        at: at(millis),
        tenant: None,
        event,
        challenge: None,
        recipient: None,
        object: None,
        client_ip: None,
        actor: None,
    }
}

fn history(delivery: DeliveryStatus) -> DeliveryHistory {
    let challenge = Challenge {
        id: ChallengeId(1),
        purpose: Purpose::parse("login").unwrap(),
        channel: ChannelKind::Email,
        to: Some("j***@e***.com".to_owned()),
        standing: Standing {
            status: ChallengeStatus::Pending,
            attempts: 0,
            max_attempts: 5,
            expires_at: at(600_000),
        },
        max_sends: 3,
        sends_remaining: 2,
        resend_at: None,
        details: Details::default(),
        delivery: Some(delivery),
        delivery_at: None,
        delivery_error: None,
    };
    let audit = vec![row(0, "minted")];
    let row = DeliveryRow { tenant: TenantId(1), challenge };
    DeliveryHistory { row, tries: Vec::new(), waiting: None, audit }
}

fn titles(history: &DeliveryHistory, now: Timestamp) -> Vec<String> {
    moments(history, now).into_iter().map(|moment| moment.what).collect()
}

#[test]
fn the_timeline_runs_from_the_mint_over_the_tries_to_the_end_and_says_why() {
    let mut history = history(DeliveryStatus::Failed);
    history.tries =
        vec![Try { at: at(10), failed: Some(DeliveryError::TimedOut) }, Try { at: at(20), failed: None }];
    history.audit.extend([row(30, "resent"), row(40, "delivery_failed")]);
    history.row.challenge.delivery_at = Some(at(40));
    history.row.challenge.delivery_error = Some(DeliveryError::RecipientRefused);
    let expected = [
        "Minted, and its message queued",
        "A try failed: timed out",
        "Accepted by the mail server or provider",
        "Asked for again, and queued",
        "Not sent: recipient refused",
        "The code expired",
    ];
    assert_eq!(titles(&history, at(600_000)), expected);
    assert_eq!(moments(&history, at(50))[4].why, Some(DeliveryError::RecipientRefused.advice()));
}

#[test]
fn what_waits_says_for_what() {
    let mut history = history(DeliveryStatus::Queued);
    history.waiting = Some(NextTry { tries: 1, due_at: Some(at(900)) });
    assert_eq!(titles(&history, at(5)), ["Minted, and its message queued", "The next try is due"]);
    history.waiting = Some(NextTry { tries: 0, due_at: None });
    assert_eq!(titles(&history, at(5))[1], "Being sent, or next in its lane");
}

#[test]
fn the_page_shows_the_mask_and_nothing_becomes_markup() {
    let mut history = history(DeliveryStatus::Queued);
    history.row.challenge.to = Some("<b>***@e***.com".to_owned());
    history.audit.push(row(1, "<i>"));
    let reported = Reported { found: history, tenants: [].into() };
    let html = render((&ReportScope::everywhere(), None), "<u>", &reported, at(5)).unwrap();
    assert!(html.contains("&#60;b&#62;***@e***.com"), "{html}");
    assert!(!html.contains("<b>") && !html.contains("<i>") && !html.contains("<u>"), "{html}");
}
