//! The table of problems as text: the page about a code, and the tables in the documents.

use super::entry::{ProblemEntry, Statuses};
use super::table::{challenges, deliveries, factors, limits, operators, requests, tenants};

/// The longest line, in characters.
const WIDTH: usize = 120;

const HEAD: &str = "# Problems

Every value of `code`: what it means, and what to do. `GET /problems/{code}` returns the section of the code; in the v1
API the `type` of a problem leads there. [api.md](api.md#codes) has the statuses.

\"Retry\" means: after the seconds in `Retry-After`, not before.
";

/// The content of `docs/problems.md`: a section for each code.
pub fn problems_page() -> String {
    sections().iter().fold(HEAD.to_owned(), |page, entry| page + "\n## " + &section(entry))
}

/// The rows of the table of codes in `docs/api.md`: the statuses and what happened. Limits and deliveries have
/// tables of their own.
pub fn codes_table() -> String {
    own().map(row).collect()
}

/// The rows of the table of deliveries in `docs/api.md`.
pub fn deliveries_table() -> String {
    deliveries::all().map(|entry| format!("| `{}` | {} |\n", entry.code, entry.meaning)).collect()
}

/// The section about a code, if the code exists.
pub(crate) fn explained(code: &str) -> Option<String> {
    sections().into_iter().find(|entry| entry.code == code).map(section)
}

fn own() -> impl Iterator<Item = &'static ProblemEntry> {
    let themes = [requests::ALL, operators::ALL, tenants::ALL, challenges::ALL, factors::ALL];
    themes.into_iter().flatten().copied()
}

/// One entry for each code: a refusal and a failed delivery may have the same code.
fn sections() -> Vec<&'static ProblemEntry> {
    let mut all: Vec<_> = own().chain(limits::all()).collect();
    let new: Vec<_> =
        deliveries::all().filter(|one| all.iter().all(|other| other.code != one.code)).collect();
    all.extend(new);
    all
}

fn section(entry: &ProblemEntry) -> String {
    format!("{}\n\n{}\n\n{}\n", entry.code, wrapped(entry.meaning), wrapped(entry.remedy))
}

fn row(entry: &ProblemEntry) -> String {
    let (original, v1) = match entry.statuses {
        Statuses::Both(status) => (status.to_string(), status.to_string()),
        Statuses::Apart(original, v1) => (original.to_string(), v1.to_string()),
        Statuses::Original(status) => (status.to_string(), "–".to_owned()),
        Statuses::V1(status) => ("–".to_owned(), status.to_string()),
    };
    let later = deliveries::all().filter(|delivery| delivery.code == entry.code);
    let later: String =
        later.map(|delivery| format!(", {}", delivery.statuses.original().as_u16())).collect();
    format!("| `{}` | {original}{later} | {v1} | {} |\n", entry.code, first_sentence(entry.meaning))
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
}

/// Breaks the text into lines of at most [`WIDTH`].
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_found_by_its_whole_code() {
        let found = explained("code_mismatch").unwrap();
        assert!(found.starts_with("code_mismatch\n\n") && !found.contains("## "), "{found}");
        for unknown in ["", "code", "Problems", "code_mismatch\n"] {
            assert!(explained(unknown).is_none(), "{unknown:?}");
        }
    }

    #[test]
    fn a_code_is_explained_once() {
        let mut codes: Vec<_> = sections().iter().map(|entry| entry.code).collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
        assert!(sections().iter().all(|entry| !entry.meaning.is_empty() && !entry.remedy.is_empty()));
    }

    #[test]
    fn lines_are_as_long_as_they_may_be_and_no_longer() {
        let text = "word ".repeat(60);
        let lines = wrapped(text.trim());
        let lengths: Vec<_> = lines.lines().map(str::len).collect();
        assert_eq!(lengths, [119, 119, 59]);
    }
}
