//! The search over all documents.

use std::sync::LazyLock;

use super::section::{Document, Section};
use super::shelf::{SHELF, Source};

/// The most sections that are found.
const MOST: usize = 40;

/// How many letters of a section are shown, on either side of the first word.
const AROUND: usize = 90;

/// A section that was found.
pub(super) struct Found {
    /// Where it is, seen from a page of the documents.
    pub(super) path: String,
    pub(super) document: &'static str,
    pub(super) heading: &'static str,
    /// What stands around the first word.
    pub(super) excerpt: String,
}

/// All documents, rendered at the first request.
pub(super) static DOCUMENTS: LazyLock<Vec<(&'static Source, Document)>> = LazyLock::new(|| {
    let sources = SHELF.iter().flat_map(|(_, sources)| *sources);
    sources.map(|source| (source, Document::of(source))).collect()
});

/// Returns the sections that have all of these words, those first that have them in their heading.
pub(super) fn search(asked: &str) -> Vec<Found> {
    let words: Vec<String> = asked.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let Some(first) = words.first() else { return Vec::new() };
    let mut found: Vec<(usize, &'static Source, &'static Section)> = Vec::new();
    for (source, document) in DOCUMENTS.iter() {
        let ranked = document.sections.iter().filter_map(|section| Some((rank(section, &words)?, section)));
        found.extend(ranked.map(|(rank, section)| (rank, *source, section)));
    }
    found.sort_by_key(|(rank, ..)| *rank);
    found.into_iter().take(MOST).map(|(_, source, section)| told(source, section, first)).collect()
}

/// How far down a section comes: the number of words that are not in its heading. `None` if it lacks one.
fn rank(section: &Section, words: &[String]) -> Option<usize> {
    let (heading, text) = &section.small;
    let missing: Vec<_> = words.iter().filter(|word| !heading.contains(word.as_str())).collect();
    missing.iter().all(|word| text.contains(word.as_str())).then_some(missing.len())
}

fn told(source: &'static Source, section: &'static Section, word: &str) -> Found {
    Found {
        path: format!("{}#{}", source.name, section.anchor),
        document: source.label,
        heading: &section.heading,
        excerpt: excerpt(&section.text, word),
    }
}

/// The text around a word, from the beginning of one word to the end of another.
fn excerpt(text: &str, word: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let small: String = letters.iter().flat_map(|c| c.to_lowercase().next()).collect();
    let at = small.find(word).map_or(0, |byte| small[..byte].chars().count());
    let from = at.saturating_sub(AROUND);
    let to = (at + AROUND).min(letters.len());
    let from = (from..at).find(|at| *at == 0 || letters[*at - 1] == ' ').unwrap_or(at);
    let to = (to..letters.len()).find(|at| letters[*at] == ' ').unwrap_or(letters.len());
    let middle: String = letters[from..to].iter().collect();
    let [before, after] = [from > 0, to < letters.len()].map(|is_cut| if is_cut { "…" } else { "" });
    format!("{before}{middle}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_found_by_all_words_and_headings_come_first() {
        let found = search("page_mask");
        assert!(found.iter().any(|one| one.path.starts_with("api#")), "{}", found.len());
        assert!(found.iter().all(|one| one.excerpt.to_lowercase().contains("page_mask")));
        let found = search("Rotate-Master keys");
        assert!(found.iter().any(|one| one.document == "Running OtpMint"), "{}", found.len());
        assert!(search("toll fraud")[0].heading.to_lowercase().contains("toll fraud"));
        for nothing in ["", "  ", "qwertzuiop", "receipt qwertzuiop"] {
            assert!(search(nothing).is_empty(), "{nothing}");
        }
        assert!(search("e").len() == MOST);
    }

    #[test]
    fn an_excerpt_has_whole_words_and_says_where_it_is_cut() {
        let text = "ä ".repeat(200) + "Needle" + &" ö".repeat(200);
        let told = excerpt(&text, "needle");
        assert!(told.starts_with("…ä") && told.ends_with("ö…") && told.contains(" Needle "), "{told}");
        assert_eq!(excerpt("Only this", "this"), "Only this");
    }
}
