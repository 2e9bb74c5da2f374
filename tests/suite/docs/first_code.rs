//! The samples of the quickstart are those of the clients, whose own checks run them against `otpmint dev`.

use crate::support::documents::read;

#[test]
fn the_quickstart_shows_the_first_code_of_each_client_as_it_is_tested() {
    let quickstart = read("docs/quickstart.md");
    for (client, language) in [("python", "python"), ("typescript", "ts"), ("go", "go"), ("rust", "rust")] {
        let readme = read(&format!("clients/{client}/README.md"));
        let sample =
            first(&readme, language).unwrap_or_else(|| panic!("the client for {client} has no sample"));
        assert!(sample.contains("dev-only-7Q2xWm9K-not-a-secret"), "{sample}");
        assert_eq!(
            first(&quickstart, language),
            Some(sample),
            "docs/quickstart.md shows another one for {client}"
        );
    }
}

/// The first code block in this language.
fn first<'a>(text: &'a str, language: &str) -> Option<&'a str> {
    text.split_once(&format!("\n```{language}\n"))?.1.split_once("\n```\n").map(|(sample, _)| sample)
}
