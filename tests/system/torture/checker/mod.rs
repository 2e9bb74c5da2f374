//! The checker: pure rules over the evidence. It knows nothing of a server, so that tests can show it
//! evidence that it must reject.
//!
//! An operation without an answer may have been carried out or not, so each rule determines what *certainly*
//! happened before something and what is *possible*. Each answer must lie between the two.

mod challenge;
mod credential;
mod ledger;
mod mail;
mod recipient;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use super::history::{Evidence, Operation, Subject};

/// A broken guarantee, and what broke it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    pub rule: &'static str,
    pub what: String,
}

impl Violation {
    pub fn new(rule: &'static str, what: impl fmt::Debug) -> Violation {
        Violation { rule, what: format!("{what:?}") }
    }
}

/// A challenge and all its operations, in the order of the requests.
struct Story<'a> {
    subject: &'a Subject,
    operations: Vec<&'a Operation>,
}

/// All violations.
pub fn check(evidence: &Evidence) -> Vec<Violation> {
    let stories = stories(evidence);
    let mut found = Vec::new();
    for story in &stories {
        found.extend(challenge::check(story));
    }
    found.extend(recipient::check(&stories));
    found.extend(credential::check(&evidence.operations, evidence.lag));
    found.extend(ledger::check(&stories, &evidence.books));
    found.extend(mail::check(&stories, evidence));
    found
}

fn stories(evidence: &Evidence) -> Vec<Story<'_>> {
    let mut operations: HashMap<usize, Vec<&Operation>> = HashMap::new();
    for operation in &evidence.operations {
        if let Some(number) = operation.challenge {
            operations.entry(number).or_default().push(operation);
        }
    }
    let mut stories: Vec<_> = evidence
        .subjects
        .values()
        .map(|subject| {
            let mut operations = operations.remove(&subject.number).unwrap_or_default();
            operations.sort_by_key(|operation| operation.invoked.tick);
            Story { subject, operations }
        })
        .collect();
    stories.sort_by_key(|story| story.subject.number);
    stories
}
