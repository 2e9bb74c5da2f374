//! The documents of the project, as the tests read them.

pub mod dashboard;
pub mod markdown;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the project.
#[track_caller]
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every value of `code`.
pub fn codes() -> Vec<String> {
    use otpmint::domain::deliveries::delivery::DeliveryError;
    let table = ["requests", "operators", "challenges", "factors", "tenants"];
    let table = table.map(|theme| read(&format!("src/http/shared/problems/table/{theme}.rs"))).concat();
    let source = table + &read("src/domain/limits/limit.rs");
    let found: Vec<_> = quoted_words(&source).into_iter().filter(|w| !w.starts_with("otpmint_")).collect();
    assert!(found.len() > 25, "{found:?}");
    let words = found.into_iter().chain(DeliveryError::ALL.map(DeliveryError::as_str));
    words.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Every "snake_case" text of a source.
pub fn quoted_words(source: &str) -> Vec<&str> {
    let is_word =
        |text: &&str| text.contains('_') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    source.split('"').filter(is_word).collect()
}
