//! The checker accepts what a correct server may do, and rejects what none may.

use std::collections::BTreeMap;

use super::super::books::{Cell, Row};
use super::super::history::{
    ATTEMPTS, Action, Answer, Evidence, FAILURES_IN_A_ROW, Medium, Moment, Operation, Receipt, Status,
    Subject, Try,
};
use super::check;

const KEY: &str = "BqXh3kZpQmWc";
const JANE: &str = "jane@north.example";
const DEADLINE: i64 = 600_000;
const RIGHT: Action = Action::Verify(Try::Right);
const WRONG: Action = Action::Verify(Try::Wrong);
const OK: Answer = Answer::Verified(Receipt::Good);

/// One challenge, mailed by the compat route and so far only minted, and its records.
fn minted() -> Evidence {
    let mut evidence = Evidence::default();
    let subject = Subject {
        number: 0,
        recipient: JANE.to_owned(),
        medium: Medium::Accepted,
        key: Some(KEY.to_owned()),
        code: Some("123456".to_owned()),
        expires_at: DEADLINE,
    };
    evidence.subjects.insert(0, subject);
    evidence.mails.insert(JANE.to_owned(), vec!["123456".to_owned()]);
    evidence.books.rows.push(Row {
        key: KEY.to_owned(),
        number: None,
        status: Status::Pending,
        is_erased: false,
        attempts: 0,
        sends: 1,
        delivery: Some("sent".to_owned()),
        in_outbox: false,
        cell: 1,
        events: BTreeMap::from([("minted".to_owned(), 1)]),
    });
    let counts = ["minted", "minted in detail", "sent"].map(|name| (name.to_owned(), 1)).into();
    evidence.books.cells.push(Cell { id: 1, counts });
    evidence.then(Action::Mint, Some(Answer::Minted { key: KEY.to_owned() }))
}

fn mismatched(remaining: u64) -> Option<Answer> {
    Some(Answer::Mismatched { remaining })
}

fn pending(remaining: u64) -> Option<Answer> {
    Some(Answer::Seen { status: Status::Pending, remaining })
}

impl Evidence {
    /// One more operation, after all others.
    fn then(self, action: Action, answer: Option<Answer>) -> Evidence {
        let begin = 10 * self.operations.len() as u64;
        self.during(action, answer, begin, begin + 5)
    }

    /// One more operation, between these ticks.
    fn during(mut self, action: Action, answer: Option<Answer>, from: u64, to: u64) -> Evidence {
        let moment = |tick| Moment { tick, at: 1_000 + tick as i64 };
        let challenge = (!matches!(action, Action::SwitchOff | Action::SwitchOn)).then_some(0);
        self.operations.push(Operation {
            action,
            challenge,
            credential: Some(0),
            invoked: moment(from),
            completed: moment(to),
            answer,
            repeated: None,
        });
        self
    }

    fn at(mut self, milliseconds: i64) -> Evidence {
        if let Some(last) = self.operations.last_mut() {
            last.invoked.at = milliseconds;
            last.completed.at = milliseconds;
        }
        self
    }

    fn repeated(mut self, answer: Answer) -> Evidence {
        if let Some(last) = self.operations.last_mut() {
            last.repeated = Some(answer);
        }
        self
    }

    fn row(&mut self) -> &mut Row {
        &mut self.books.rows[0]
    }

    fn counted(&mut self, name: &str) -> &mut i64 {
        self.books.cells[0].counts.entry(name.to_owned()).or_default()
    }

    /// The records have this many wrong answers.
    fn with_mismatches(mut self, count: u64) -> Evidence {
        self.row().attempts += count;
        self.row().events.insert("mismatched".to_owned(), count);
        *self.counted("mismatched") += count as i64;
        self
    }

    /// The records say that it ended this way.
    fn with_end(mut self, status: Status) -> Evidence {
        let row = self.row();
        row.status = status;
        row.is_erased = true;
        row.events.insert(status.word().to_owned(), 1);
        if status == Status::Verified {
            row.attempts += 1;
            *self.counted("within") += 1;
            *self.counted("verified in detail") += 1;
        }
        *self.counted(status.word()) += 1;
        self
    }

    fn change(mut self, change: impl FnOnce(&mut Evidence)) -> Evidence {
        change(&mut self);
        self
    }
}

#[track_caller]
fn assert_accepted(evidence: &Evidence) {
    let found = check(evidence);
    assert!(found.is_empty(), "{found:#?}");
}

#[track_caller]
fn assert_rejected(rule: &str, evidence: &Evidence) {
    let found = check(evidence);
    assert!(found.iter().any(|violation| violation.rule == rule), "{rule:?} is not in {found:#?}");
}

#[test]
fn what_a_right_server_does_is_accepted() {
    assert_accepted(&minted());
    let verified = || minted().with_mismatches(1).with_end(Status::Verified);
    let told = verified().then(WRONG, mismatched(4)).then(Action::Look, pending(4)).then(RIGHT, Some(OK));
    assert_accepted(&told.then(RIGHT, Some(Answer::Ended(Status::Verified))));
    // Without an answer it may have been carried out or not.
    let unknown = |evidence: Evidence| evidence.then(WRONG, None).then(RIGHT, None);
    assert_accepted(&unknown(verified()));
    assert_accepted(&unknown(minted()));
    assert_accepted(&unknown(minted()).then(Action::Look, pending(5)));
    assert_accepted(&unknown(verified()).then(RIGHT, Some(Answer::Ended(Status::Verified))));
    // At the same time, in either order.
    let together = minted().during(RIGHT, Some(Answer::Ended(Status::Verified)), 10, 30);
    assert_accepted(&together.during(RIGHT, Some(OK), 20, 40).with_end(Status::Verified));
    assert_accepted(&minted().then(Action::Cancel, Some(Answer::Done)).with_end(Status::Canceled));
}

#[test]
fn two_successes_are_rejected() {
    let twice = minted().during(RIGHT, Some(OK), 10, 30).during(RIGHT, Some(OK), 20, 40);
    assert_rejected("a code works once", &twice.with_end(Status::Verified));
    let again = minted().then(RIGHT, Some(OK)).then(RIGHT, Some(OK)).with_end(Status::Verified);
    assert_rejected("what has ended stays ended", &again);
}

#[test]
fn a_lost_mint_is_rejected() {
    assert_rejected(
        "what was acknowledged is kept",
        &minted().change(|evidence| evidence.books.rows.clear()),
    );
    assert_rejected("what was acknowledged is found", &minted().then(RIGHT, Some(Answer::NotFound)));
    assert_rejected("the right code is accepted", &minted().then(RIGHT, mismatched(4)).with_mismatches(1));
    for status in Status::ENDED {
        let told = minted().then(RIGHT, Some(Answer::Ended(status)));
        assert_rejected("nothing ends for no reason", &told);
    }
    assert_rejected("nothing ends for no reason", &minted().then(RIGHT, Some(Answer::EndedSomehow)));
    let other = minted().change(|evidence| evidence.row().key = "another".to_owned());
    assert_rejected("nothing comes from nowhere", &other);
}

#[test]
fn a_mint_that_is_carried_out_twice_is_rejected() {
    let twice = minted().change(|evidence| {
        evidence.row().number = Some(0);
        let row = evidence.row().clone();
        evidence.books.rows.push(Row { key: "another".to_owned(), ..row });
    });
    assert_rejected("a mint is carried out once", &twice);
}

#[test]
fn forgotten_and_refilled_attempts_are_rejected() {
    let refilled = minted().then(WRONG, mismatched(4)).then(Action::Resend, Some(Answer::Done));
    let books = |evidence: Evidence| evidence.with_mismatches(2);
    assert_rejected("attempts are not forgotten", &books(refilled.clone()).then(WRONG, mismatched(4)));
    assert_rejected("attempts are not forgotten", &books(refilled).then(Action::Look, pending(5)));
    let told = minted().then(WRONG, mismatched(4)).then(WRONG, mismatched(3)).with_mismatches(1);
    assert_rejected("attempts are not forgotten", &told);
    let together = minted().during(WRONG, mismatched(4), 10, 30).during(WRONG, mismatched(4), 20, 40);
    assert_rejected("each answer counts by itself", &together.with_mismatches(2));
    let mut exhausted = minted();
    for remaining in (0..ATTEMPTS).rev() {
        exhausted = exhausted.then(WRONG, mismatched(remaining));
    }
    assert_rejected("attempts are not refilled", &exhausted.clone().then(RIGHT, Some(OK)));
    assert_rejected("what has ended stays ended", &exhausted.then(RIGHT, Some(OK)));
}

#[test]
fn attempts_that_are_counted_twice_are_rejected() {
    assert_rejected("attempts are counted once", &minted().then(WRONG, mismatched(3)).with_mismatches(2));
    assert_rejected("attempts are counted once", &minted().then(Action::Look, pending(4)).with_mismatches(1));
    assert_rejected("attempts are counted once", &minted().then(WRONG, mismatched(4)).with_mismatches(2));
    let mut repeated = minted().then(WRONG, mismatched(4)).with_mismatches(1);
    assert_accepted(&repeated.clone().repeated(Answer::Mismatched { remaining: 4 }));
    repeated = repeated.repeated(Answer::Mismatched { remaining: 3 });
    assert_rejected("a repeated request is answered as before", &repeated);
}

#[test]
fn an_end_that_does_not_last_is_rejected() {
    let canceled = || minted().then(Action::Cancel, Some(Answer::Done));
    let rule = "what has ended stays ended";
    assert_rejected(rule, &canceled().with_end(Status::Canceled).then(Action::Look, pending(5)));
    assert_rejected(rule, &canceled().then(RIGHT, Some(OK)).with_end(Status::Verified));
    assert_rejected(rule, &canceled());
    assert_rejected(rule, &minted().then(RIGHT, Some(OK)).at(DEADLINE + 5_000).with_end(Status::Verified));
    assert_rejected("a wrong code is refused", &minted().then(WRONG, Some(OK)).with_end(Status::Verified));
    let bad = Answer::Verified(Receipt::Bad("signed by somebody else".to_owned()));
    assert_rejected("a success has its receipt", &minted().then(RIGHT, Some(bad)).with_end(Status::Verified));
}

#[test]
fn a_revoked_key_that_works_is_rejected() {
    let look = |evidence: Evidence, answer| evidence.then(Action::Look, Some(answer));
    let works = || pending(5).unwrap();
    let off = || minted().then(Action::SwitchOff, Some(Answer::Done));
    assert_accepted(&look(off(), Answer::Unauthorized));
    assert_rejected("what was revoked stays revoked", &look(off(), works()));
    // Even if an older request to enable it got no answer.
    let on_and_off = minted().then(Action::SwitchOn, None).then(Action::SwitchOff, Some(Answer::Done));
    assert_rejected("what was revoked stays revoked", &look(on_and_off, works()));
    let unknown = || minted().then(Action::SwitchOff, None);
    assert_accepted(&look(unknown(), works()));
    assert_accepted(&look(unknown(), Answer::Unauthorized));
    assert_rejected("a key that was not revoked works", &look(minted(), Answer::Unauthorized));
    let on_again = off().then(Action::SwitchOn, Some(Answer::Done));
    assert_rejected("a key that was not revoked works", &look(on_again, Answer::Unauthorized));
}

#[test]
fn another_server_may_see_a_revoked_key_a_moment_later() {
    let look = |answer| minted().then(Action::SwitchOff, Some(Answer::Done)).then(Action::Look, Some(answer));
    let with_lag = |evidence: Evidence, lag| evidence.change(|evidence| evidence.lag = lag);
    for answer in [pending(5).unwrap(), Answer::NotFound, Answer::Unauthorized] {
        assert_accepted(&with_lag(look(answer), 1_000));
    }
    assert_rejected("what was revoked stays revoked", &with_lag(look(pending(5).unwrap()).at(9_000), 1_000));
    assert_rejected("what was acknowledged is found", &look(Answer::NotFound));
    let never = minted().then(Action::Look, Some(Answer::NotFound));
    assert_rejected("what was acknowledged is found", &with_lag(never, 1_000));
}

#[test]
fn a_forgotten_lockout_is_rejected() {
    let failed = |count: usize| (0..count).fold(minted(), |evidence, _| evidence.then(WRONG, mismatched(1)));
    let rules = |evidence: &Evidence| -> Vec<_> {
        check(evidence).into_iter().map(|v| v.rule).filter(|rule| rule.contains("locked out")).collect()
    };
    let right = |evidence: Evidence, answer| evidence.then(RIGHT, Some(answer));
    let unlocked = failed(FAILURES_IN_A_ROW).then(Action::Unlock, Some(Answer::Done));
    assert_eq!(rules(&right(failed(FAILURES_IN_A_ROW), Answer::Locked)), [""; 0]);
    assert_eq!(rules(&right(unlocked.clone(), OK)), [""; 0]);
    let forgotten = right(failed(FAILURES_IN_A_ROW), OK);
    assert_eq!(rules(&forgotten), ["who is locked out stays locked out"]);
    let rule = ["nobody is locked out for no reason"];
    assert_eq!(rules(&right(failed(FAILURES_IN_A_ROW - 1), Answer::Locked)), rule);
    assert_eq!(rules(&right(unlocked, Answer::Locked)), rule);
}

#[test]
fn mails_that_do_not_come_or_have_another_code_are_rejected() {
    let mail = |codes: &[&str]| {
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        minted().change(|evidence| evidence.mails = [(JANE.to_owned(), codes)].into())
    };
    assert_accepted(&mail(&["123456", "123456"]));
    assert_rejected("what was accepted arrived", &mail(&[]));
    assert_rejected("what counts as sent arrived", &mail(&[]));
    assert_rejected("every mail has the same code", &mail(&["123456", "654321"]));
    let told = mail(&["123456"]).change(|evidence| {
        evidence.subjects.entry(0).and_modify(|subject| subject.medium = Medium::Told);
    });
    assert_rejected("what is told is not mailed", &told);
    let queued = minted().change(|evidence| {
        evidence.row().in_outbox = true;
        *evidence.counted("sent") -= 1;
    });
    assert_rejected("every message ends", &queued);
    let failed = minted().change(|evidence| evidence.row().delivery = Some("failed".to_owned()));
    assert_rejected("a message fails only when its challenge has ended", &failed);
    let resent = minted().then(Action::Resend, Some(Answer::Done));
    assert_rejected("messages are not forgotten", &resent);
    let more = minted().change(|evidence| evidence.row().sends = 2);
    assert_rejected("messages are counted once", &more);
}

#[test]
fn books_that_do_not_agree_are_rejected() {
    let event = |name: &'static str, count| {
        minted().change(move |evidence| evidence.row().events.extend([(name.to_owned(), count)]))
    };
    assert_rejected("the audit trail has each mint", &event("minted", 0));
    assert_rejected("the audit trail has each mint", &event("minted", 2));
    assert_rejected("the audit trail has each resend", &event("resent", 1));
    assert_rejected("the audit trail has each answer", &event("mismatched", 1));
    assert_rejected("the audit trail has each success", &event("verified", 1));
    assert_rejected("the audit trail has each exhaustion", &event("exhausted", 1));
    assert_rejected("the audit trail has each cancellation", &event("canceled", 1));
    assert_rejected("attempts end", &minted().change(|evidence| evidence.row().attempts = ATTEMPTS + 1));
    let erased = minted().change(|evidence| evidence.row().is_erased = true);
    assert_rejected("what has ended is erased", &erased);
    let details = ["within", "minted in detail", "verified in detail"];
    for name in
        ["minted", "resent", "sent", "failed", "mismatched", "verified", "canceled"].iter().chain(&details)
    {
        let counted = minted().change(|evidence| *evidence.counted(name) += 1);
        assert_rejected("the statistics are the sum of what happened", &counted);
    }
    let nowhere = minted().change(|evidence| evidence.books.cells.clear());
    assert_rejected("each challenge has its cell", &nowhere);
    let refused = minted().change(|evidence| {
        evidence.operations[0].answer = Some(Answer::Refused("shutting_down".to_owned()));
    });
    assert_rejected("what was refused changed nothing", &refused);
}
