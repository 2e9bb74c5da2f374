//! The statements as they stand in the source, whole or in pieces.

use std::collections::BTreeSet;

use crate::architecture::{Source, the_tree};

/// What a literal has that is, or belongs to, a statement.
const WORDS: [&str; 9] = [
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    " FROM ",
    " WHERE ",
    " AND ",
    "JOIN ",
    "ORDER BY ",
];

/// Pieces of statements in the source of the verbs that none of `texts` has.
pub fn missing_in(texts: &BTreeSet<String>) -> BTreeSet<String> {
    let pieces = all();
    assert!(pieces.len() > 150, "only {} pieces of statements were found", pieces.len());
    pieces.into_iter().filter(|piece| !texts.iter().any(|text| text.contains(piece))).collect()
}

/// All statements of the verbs, or their pieces.
pub fn all() -> BTreeSet<String> {
    let sources = the_tree();
    let verbs = sources.iter().filter(|source| source.path.starts_with("store/sql/"));
    verbs.flat_map(pieces).collect()
}

/// The literals of a file that belong to statements, cut where something is put in.
fn pieces(source: &Source) -> Vec<String> {
    let literals = source.tokens.iter().filter_map(|token| token.text.strip_prefix('"'));
    let texts = literals.map(|literal| plain(literal.trim_end_matches('"')));
    let statements = texts.filter(|text| WORDS.iter().any(|word| text.contains(word)));
    statements.flat_map(|text| cut(&text)).collect()
}

/// The text that a literal stands for, whose lines end in `\`.
fn plain(literal: &str) -> String {
    let mut lines = literal.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start())
}

/// The pieces between `{` and `}`.
fn cut(text: &str) -> Vec<String> {
    let parts = text.split('{').enumerate().map(|(number, part)| match number {
        0 => part,
        _ => part.split_once('}').map_or(part, |(_, behind)| behind),
    });
    parts.filter(|part| !part.trim().is_empty()).map(str::to_owned).collect()
}

#[test]
fn a_statement_that_is_nowhere_recorded_is_missing() {
    assert!(missing_in(&BTreeSet::new()).iter().any(|piece| piece.starts_with("INSERT INTO audit ")));
}
