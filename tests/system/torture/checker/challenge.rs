//! The answers that the clients of one challenge got must be possible for a challenge that counts, compares
//! and consumes, and forgets nothing.

use super::super::history::{ATTEMPTS, Action, Answer, Effect, Operation, Receipt, Status, Try};
use super::{Story, Violation};

/// Deadlines are returned in whole seconds.
const SECOND: i64 = 1_000;

pub fn check(story: &Story) -> Vec<Violation> {
    let mut found = Vec::new();
    let broken = |rule, operation: &Operation| Violation::new(rule, (story.subject, operation));
    for operation in &story.operations {
        let mut rules = story.judge(operation);
        if operation.repeated.as_ref().is_some_and(|repeated| Some(repeated) != operation.answer.as_ref()) {
            rules.push("a repeated request is answered as before");
        }
        found.extend(rules.into_iter().map(|rule| broken(rule, operation)));
    }
    if story.count(|operation| operation.is_success()) > 1 {
        found.push(Violation::new("a code works once", (story.subject, &story.operations)));
    }
    for (position, one) in story.operations.iter().enumerate() {
        let same = |other: &&&Operation| one.counted().is_some() && one.counted() == other.counted();
        if let Some(other) = story.operations[position + 1..].iter().find(same) {
            found.push(Violation::new("each answer counts by itself", (story.subject, one, other)));
        }
    }
    found
}

impl Operation {
    fn is_success(&self) -> bool {
        matches!(self.answer, Some(Answer::Verified(_)))
    }

    /// How many attempts had been counted, including this one, if the answer says so.
    fn counted(&self) -> Option<u64> {
        match (self.action, &self.answer) {
            (Action::Verify(_), Some(Answer::Mismatched { remaining })) => Some(ATTEMPTS - remaining),
            _ => None,
        }
    }

    /// The end that it causes, if it does.
    fn end(&self) -> Option<Status> {
        match (self.action, &self.answer) {
            (Action::Verify(_), Some(Answer::Verified(_))) => Some(Status::Verified),
            (Action::Verify(_), Some(Answer::Mismatched { remaining: 0 })) => Some(Status::Exhausted),
            (Action::Cancel, Some(Answer::Done)) => Some(Status::Canceled),
            _ => None,
        }
    }
}

impl Story<'_> {
    pub fn count(&self, is_meant: impl Fn(&Operation) -> bool) -> usize {
        self.operations.iter().filter(|operation| is_meant(operation)).count()
    }

    fn judge(&self, told: &Operation) -> Vec<&'static str> {
        let Some(answer) = &told.answer else { return Vec::new() };
        let mut rules = Vec::new();
        let mut hold = |rule, holds: bool| rules.extend((!holds).then_some(rule));
        match answer {
            Answer::Verified(receipt) => {
                hold("a wrong code is refused", told.action == Action::Verify(Try::Right));
                hold("a success has its receipt", !matches!(receipt, Receipt::Bad(_)));
                hold("what has ended stays ended", self.may_be_pending(told));
                hold("attempts are not refilled", self.sure_attempts(Some(told)) < ATTEMPTS);
            }
            Answer::Mismatched { remaining } => {
                hold("the right code is accepted", told.action == Action::Verify(Try::Wrong));
                hold("what has ended stays ended", self.may_be_pending(told));
                let counted = ATTEMPTS.saturating_sub(*remaining);
                hold("attempts are not forgotten", counted > self.sure_attempts(Some(told)));
                hold("attempts are counted once", counted <= self.possible_attempts(Some(told)));
            }
            Answer::Seen { status, remaining } => {
                let counted = ATTEMPTS.saturating_sub(*remaining);
                hold("attempts are not forgotten", counted >= self.sure_attempts(Some(told)));
                hold("attempts are counted once", counted <= self.possible_attempts(Some(told)));
                match status {
                    Status::Pending => hold("what has ended stays ended", self.may_be_pending(told)),
                    status => hold("nothing ends for no reason", self.may_have_ended(*status, Some(told))),
                }
            }
            Answer::Ended(status) => {
                hold("nothing ends for no reason", self.may_have_ended(*status, Some(told)));
            }
            Answer::EndedSomehow => {
                let any = Status::ENDED.iter().any(|status| self.may_have_ended(*status, Some(told)));
                hold("nothing ends for no reason", any);
            }
            Answer::Done if told.action == Action::Cancel || told.action == Action::Resend => {
                hold("what has ended stays ended", self.may_be_pending(told));
            }
            Answer::Minted { .. }
            | Answer::Done
            | Answer::NotFound
            | Answer::Locked
            | Answer::Unauthorized
            | Answer::Refused(_) => {}
        }
        rules
    }

    /// Answers that were certainly evaluated before `until` was requested, or at all.
    pub fn sure_attempts(&self, until: Option<&Operation>) -> u64 {
        self.count(|operation| {
            matches!(operation.action, Action::Verify(_))
                && operation.effect() == Effect::Sure
                && until.is_none_or(|until| operation.precedes(until))
        }) as u64
    }

    /// Answers that may have been evaluated before `until` was answered (including itself), or at all.
    pub fn possible_attempts(&self, until: Option<&Operation>) -> u64 {
        self.count(|operation| {
            matches!(operation.action, Action::Verify(_))
                && operation.effect() != Effect::None
                && until.is_none_or(|until| operation.may_precede(until))
        }) as u64
    }

    /// Whether nothing before `told` has ended it.
    fn may_be_pending(&self, told: &Operation) -> bool {
        let ended = self.operations.iter().any(|other| other.end().is_some() && other.precedes(told));
        !ended && told.invoked.at < self.subject.expires_at + SECOND
    }

    /// The certain end, if there is one.
    pub fn sure_end(&self) -> Option<Status> {
        self.operations.iter().find_map(|operation| operation.end())
    }

    /// Whether something may have caused this end before `told` was answered, or at all.
    pub fn may_have_ended(&self, status: Status, told: Option<&Operation>) -> bool {
        let before = |other: &Operation| told.is_none_or(|told| other.may_precede(told));
        match status {
            Status::Pending => false,
            Status::Verified => {
                self.count(|other| {
                    other.action == Action::Verify(Try::Right)
                        && other.effect() != Effect::None
                        && before(other)
                }) > 0
            }
            Status::Canceled => {
                self.count(|other| {
                    other.action == Action::Cancel && other.effect() != Effect::None && before(other)
                }) > 0
            }
            Status::Exhausted => self.possible_attempts(told) >= ATTEMPTS,
            Status::Expired => told.is_none_or(|told| told.completed.at + SECOND >= self.subject.expires_at),
        }
    }
}
