//! A recipient is locked out after this many wrong answers in a row, and stays so until it is unlocked.

use std::collections::HashMap;

use super::super::history::{Action, Answer, Effect, FAILURES_IN_A_ROW, Operation, Try};
use super::{Story, Violation};

pub fn check(stories: &[Story]) -> Vec<Violation> {
    let mut by_recipient: HashMap<&str, Vec<&Operation>> = HashMap::new();
    for story in stories {
        by_recipient.entry(&story.subject.recipient).or_default().extend(&story.operations);
    }
    let mut found = Vec::new();
    for operations in by_recipient.values() {
        found.extend(operations.iter().filter_map(|told| judge(operations, told)));
    }
    found
}

fn judge(operations: &[&Operation], told: &Operation) -> Option<Violation> {
    let rule = match (told.action, told.answer.as_ref()?) {
        (Action::Verify(_), Answer::Verified(_) | Answer::Mismatched { .. })
            if sure_failures(operations, told) >= FAILURES_IN_A_ROW =>
        {
            "who is locked out stays locked out"
        }
        (_, Answer::Locked) if possible_failures(operations, told) < FAILURES_IN_A_ROW => {
            "nobody is locked out for no reason"
        }
        _ => return None,
    };
    Some(Violation::new(rule, (told, operations)))
}

fn is_failure(operation: &Operation) -> bool {
    matches!((operation.action, &operation.answer), (Action::Verify(_), Some(Answer::Mismatched { .. })))
}

/// What restarts the count: a success, or an unlock.
fn resets(operation: &Operation) -> bool {
    match operation.action {
        Action::Unlock => operation.effect() != Effect::None,
        Action::Verify(Try::Right) => matches!(operation.answer, None | Some(Answer::Verified(_))),
        _ => false,
    }
}

/// Failures that nothing can have reset before `told`.
fn sure_failures(operations: &[&Operation], told: &Operation) -> usize {
    let is_kept = |failure: &Operation| {
        let reset = |other: &&&Operation| {
            !std::ptr::eq(**other, told)
                && resets(other)
                && other.may_precede(told)
                && !other.precedes(failure)
        };
        operations.iter().find(reset).is_none()
    };
    operations.iter().filter(|other| is_failure(other) && other.precedes(told) && is_kept(other)).count()
}

/// Failures that may have been counted before `told` was answered.
fn possible_failures(operations: &[&Operation], told: &Operation) -> usize {
    let is_gone = |failure: &Operation| {
        let reset = |other: &&&Operation| {
            other.effect() == Effect::Sure && resets(other) && other.precedes(told) && failure.precedes(other)
        };
        operations.iter().any(|other| reset(&other))
    };
    let is_attempt = |other: &Operation| {
        matches!(other.action, Action::Verify(_)) && (is_failure(other) || other.answer.is_none())
    };
    operations.iter().filter(|other| is_attempt(other) && other.may_precede(told) && !is_gone(other)).count()
}
