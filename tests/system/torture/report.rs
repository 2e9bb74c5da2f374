//! The results of a run, as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use crate::torture::checker::Violation;
use crate::torture::history::{Action, Answer, Evidence, Operation, Status};
use crate::torture::plan::Plan;
use crate::torture::reaper::Toll;

/// Violations that are printed in full.
const SHOWN: usize = 5;

/// What was done to the server.
pub fn head(plan: &Plan, evidence: &Evidence, toll: &Toll, took: Duration) -> String {
    let mut out = format!(
        "seed {}: {} operations, {} kills, {} starts, {} looks at the files, {:.0} s\n",
        plan.seed,
        evidence.operations.len(),
        toll.kills(),
        toll.starts.len(),
        toll.looks,
        took.as_secs_f64()
    );
    let mut starts = toll.starts.clone();
    starts.sort_unstable();
    let at = |share: usize| starts[(starts.len() - 1) * share / 100].as_millis();
    let _ = writeln!(
        out,
        "ready after a start: median {} ms, 95 % {} ms, at most {} ms",
        at(50),
        at(95),
        at(100)
    );
    let _ = write!(out, "deaths: {:?}", toll.deaths);
    out
}

/// What the clients saw.
pub fn table(evidence: &Evidence) -> String {
    let mut out = String::new();
    let mails: usize = evidence.mails.values().map(Vec::len).sum();
    let _ = writeln!(
        out,
        "challenges: {} minted, {} written down; mails: {mails}, of which {} were not the first",
        evidence.subjects.len(),
        evidence.books.rows.len(),
        mails - evidence.mails.len()
    );
    let mut counts: BTreeMap<Action, BTreeMap<String, usize>> = BTreeMap::new();
    for operation in &evidence.operations {
        let outcomes = counts.entry(operation.action).or_default();
        *outcomes.entry(outcome(operation)).or_default() += 1;
        if operation.repeated.is_some() {
            *outcomes.entry("(repeated)".to_owned()).or_default() += 1;
        }
    }
    for (action, outcomes) in counts {
        let _ = writeln!(out, "{action:?}: {outcomes:?}");
    }
    out
}

fn outcome(operation: &Operation) -> String {
    match &operation.answer {
        None => "unknown".to_owned(),
        Some(Answer::Minted { .. } | Answer::Verified(_) | Answer::Done) => "ok".to_owned(),
        Some(Answer::Mismatched { .. }) => "mismatched".to_owned(),
        Some(Answer::Ended(status)) => format!("ended, {}", status.word()),
        Some(Answer::Seen { status: Status::Pending, .. }) => "seen pending".to_owned(),
        Some(Answer::Seen { .. }) => "seen ended".to_owned(),
        Some(Answer::EndedSomehow) => "ended".to_owned(),
        Some(Answer::NotFound) => "not found".to_owned(),
        Some(Answer::Locked) => "locked".to_owned(),
        Some(Answer::Unauthorized) => "unauthorized".to_owned(),
        Some(Answer::Refused(code)) => code.clone(),
    }
}

/// How often each rule was broken, and the first cases.
pub fn summary(violations: &[Violation]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for violation in violations {
        *counts.entry(violation.rule).or_default() += 1;
    }
    let shown: Vec<_> = violations.iter().take(SHOWN).map(|v| format!("{}: {}", v.rule, v.what)).collect();
    format!("{counts:#?}\n{}", shown.join("\n\n"))
}

/// Not a print macro: the harness would capture the output of a passing test.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
