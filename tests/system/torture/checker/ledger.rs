//! The records agree with the answers, and with each other.

use std::collections::HashMap;

use super::super::books::{Books, Cell, Row};
use super::super::history::{ATTEMPTS, Action, Effect, Medium, Status};
use super::{Story, Violation};

pub fn check(stories: &[Story], books: &Books) -> Vec<Violation> {
    let mut by_key: HashMap<&str, &Row> = HashMap::new();
    let mut by_number: HashMap<usize, Vec<&Row>> = HashMap::new();
    for row in &books.rows {
        by_key.insert(&row.key, row);
        if let Some(number) = row.number {
            by_number.entry(number).or_default().push(row);
        }
    }
    let mut found = Vec::new();
    let mut claimed = 0;
    for story in stories {
        let numbered = by_number.get(&story.subject.number).map(Vec::as_slice).unwrap_or_default();
        if numbered.len() > 1 {
            found.push(Violation::new("a mint is carried out once", (story.subject, numbered)));
        }
        let row = match &story.subject.key {
            Some(key) => by_key.get(key.as_str()).copied(),
            None => numbered.first().copied(),
        };
        claimed += usize::from(row.is_some());
        found.extend(match_up(story, row));
    }
    // A compat mint leaves no number, and without an answer no key. A refused one was canceled.
    let nameless = |story: &&Story| {
        let gone = |effect| effect != Effect::Sure;
        story.subject.medium == Medium::Accepted
            && story.count(|operation| operation.action == Action::Mint && gone(operation.effect())) > 0
    };
    let (strays, most) = (books.rows.len() - claimed, stories.iter().filter(nameless).count());
    if strays > most {
        found.push(Violation::new("nothing comes from nowhere", (strays, "rows, and requests", most)));
    }
    found.extend(books.rows.iter().flat_map(audited));
    found.extend(counted(books));
    found
}

fn match_up(story: &Story, row: Option<&Row>) -> Vec<Violation> {
    let minted = |effect| {
        story.count(|operation| operation.action == Action::Mint && operation.effect() == effect) > 0
    };
    let Some(row) = row else {
        let lost =
            minted(Effect::Sure).then(|| Violation::new("what was acknowledged is kept", story.subject));
        return lost.into_iter().collect();
    };
    let (sure, possible) = (story.sure_attempts(None), story.possible_attempts(None));
    let resends = |effects: &[Effect]| {
        let is_meant = |action, effect| action == Action::Resend && effects.contains(&effect);
        story.count(|operation| is_meant(operation.action, operation.effect())) as u64
    };
    let (least, most) = (1 + resends(&[Effect::Sure]), 1 + resends(&[Effect::Sure, Effect::Maybe]));
    let ended = story.sure_end();
    [
        ("what was refused changed nothing", minted(Effect::Sure) || minted(Effect::Maybe)),
        ("attempts are not forgotten", row.attempts >= sure),
        ("attempts are counted once", row.attempts <= possible),
        ("messages are not forgotten", row.sends >= least),
        ("messages are counted once", row.sends <= most),
        ("what has ended stays ended", ended.is_none_or(|ended| row.status == ended)),
        (
            "nothing ends for no reason",
            row.status == Status::Pending || story.may_have_ended(row.status, None),
        ),
    ]
    .into_iter()
    .filter(|(_, holds)| !holds)
    .map(|(rule, _)| Violation::new(rule, (story.subject, row, &story.operations)))
    .collect()
}

/// The row of a challenge and its audit rows agree.
fn audited(row: &Row) -> Vec<Violation> {
    let ended = |status| u64::from(row.status == status);
    let evaluated = row.events("mismatched") + row.events("exhausted") + row.events("verified");
    [
        ("the audit trail has each mint", row.events("minted") == 1),
        ("the audit trail has each resend", row.events("resent") + 1 == row.sends),
        ("the audit trail has each answer", evaluated == row.attempts),
        ("the audit trail has each success", row.events("verified") == ended(Status::Verified)),
        ("the audit trail has each exhaustion", row.events("exhausted") == ended(Status::Exhausted)),
        ("the audit trail has each cancellation", row.events("canceled") == ended(Status::Canceled)),
        ("attempts end", row.attempts <= ATTEMPTS),
        ("what has ended is erased", row.is_erased == (row.status != Status::Pending)),
    ]
    .into_iter()
    .filter(|(_, holds)| !holds)
    .map(|(rule, _)| Violation::new(rule, row))
    .collect()
}

/// Each cell of the statistics is the sum of its challenges.
fn counted(books: &Books) -> Vec<Violation> {
    let mut expected: HashMap<i64, Sums> = HashMap::new();
    for row in &books.rows {
        expected.entry(row.cell).or_default().add(row);
    }
    let mut found = Vec::new();
    for cell in &books.cells {
        let sums = expected.remove(&cell.id).unwrap_or_default();
        if sums != Sums::told_by(cell) {
            found.push(Violation::new("the statistics are the sum of what happened", (cell, sums)));
        }
    }
    if !expected.is_empty() {
        found.push(Violation::new("each challenge has its cell", expected));
    }
    found
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Sums {
    minted: i64,
    resent: i64,
    /// Messages that were sent or have failed.
    settled: i64,
    mismatched: i64,
    ended: [i64; 4],
    /// Successes by how long they took.
    timed: i64,
    /// Mints and successes by the hour.
    by_hour: [i64; 2],
}

impl Sums {
    fn add(&mut self, row: &Row) {
        self.minted += 1;
        self.resent += row.sends as i64 - 1;
        if row.delivery.is_some() {
            self.settled += row.sends as i64 - i64::from(row.in_outbox);
        }
        self.mismatched += (row.events("mismatched") + row.events("exhausted")) as i64;
        for (sum, status) in self.ended.iter_mut().zip(Status::ENDED) {
            *sum += i64::from(row.status == status);
        }
        self.timed += i64::from(row.status == Status::Verified);
        self.by_hour[0] += 1;
        self.by_hour[1] += i64::from(row.status == Status::Verified);
    }

    fn told_by(cell: &Cell) -> Sums {
        let count = |name: &str| cell.counts.get(name).copied().unwrap_or_default();
        Sums {
            minted: count("minted"),
            resent: count("resent"),
            settled: count("sent") + count("failed"),
            mismatched: count("mismatched"),
            ended: Status::ENDED.map(|status| count(status.word())),
            timed: count("within"),
            by_hour: ["minted", "verified"].map(|whole| count(&format!("{whole} in detail"))),
        }
    }
}
