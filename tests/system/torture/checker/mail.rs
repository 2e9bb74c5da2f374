//! Every accepted mail arrived, every message ends, and no mail has another code than the first.

use std::collections::HashMap;

use super::super::books::Row;
use super::super::history::{Action, Effect, Evidence, Medium, Status};
use super::{Story, Violation};

pub fn check(stories: &[Story], evidence: &Evidence) -> Vec<Violation> {
    let rows: HashMap<&str, &Row> = evidence.books.rows.iter().map(|row| (row.key.as_str(), row)).collect();
    let mut found = Vec::new();
    for story in stories {
        let mails = evidence.mails.get(&story.subject.recipient).map(Vec::as_slice).unwrap_or_default();
        let row = story.subject.key.as_deref().and_then(|key| rows.get(key).copied());
        found.extend(judge(story, mails, row));
    }
    for row in &evidence.books.rows {
        let delivery = row.delivery.as_deref();
        if row.in_outbox || delivery == Some("queued") {
            found.push(Violation::new("every message ends", row));
        }
        if delivery == Some("failed") && row.status == Status::Pending {
            found.push(Violation::new("a message fails only when its challenge has ended", row));
        }
    }
    let sent: i64 = evidence.books.cells.iter().filter_map(|cell| cell.counts.get("sent")).sum();
    let arrived: usize = evidence.mails.values().map(Vec::len).sum();
    if sent > arrived as i64 {
        found.push(Violation::new("what counts as sent arrived", (sent, "sent", arrived, "arrived")));
    }
    found
}

fn judge(story: &Story, mails: &[String], row: Option<&Row>) -> Vec<Violation> {
    let subject = story.subject;
    let is_minted = story.count(|o| o.action == Action::Mint && o.effect() == Effect::Sure) > 0;
    let is_sent = row.is_some_and(|row| row.delivery.as_deref() == Some("sent"));
    let must_have_come = is_sent || (is_minted && subject.medium == Medium::Accepted);
    [
        ("what was accepted arrived", !(must_have_come && mails.is_empty())),
        ("every mail has the same code", mails.iter().all(|code| Some(code) == mails.first())),
        ("what is told is not mailed", subject.medium != Medium::Told || mails.is_empty()),
    ]
    .into_iter()
    .filter(|(_, holds)| !holds)
    .map(|(rule, _)| Violation::new(rule, (subject, mails)))
    .collect()
}
