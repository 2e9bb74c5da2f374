//! The documents, as they are in the repository.

/// A document.
pub(super) struct Source {
    /// Its name in paths.
    pub(super) name: &'static str,
    /// What lists call it.
    pub(super) label: &'static str,
    /// The text, in Markdown.
    pub(super) text: &'static str,
}

macro_rules! documents {
    ($($name:literal $label:literal),* $(,)?) => {
        &[$(Source {
            name: $name,
            label: $label,
            text: include_str!(concat!("../../../docs/", $name, ".md")),
        }),*]
    };
}

/// The documents for those who build, send and run, in their groups.
pub(super) const SHELF: &[(&str, &[Source])] = &[
    (
        "Build",
        documents![
            "quickstart" "Quickstart",
            "api" "The HTTP API",
            "messages" "Messages",
            "receipts" "Receipts",
            "webhooks" "Webhooks",
            "widget" "The widget",
            "sandbox" "The sandbox",
            "problems" "Problems",
            "glossary" "Glossary",
            "versioning" "What may change",
        ],
    ),
    (
        "Send",
        documents![
            "channels" "Channels",
            "mail-oauth" "Mail with OAuth",
            "identity-servers" "Identity servers",
            "move-from-twilio" "Moving from Twilio",
        ],
    ),
    (
        "Run",
        documents![
            "operations" "Running OtpMint",
            "configuration" "Settings",
            "console" "The console",
            "security" "Security",
            "reliability" "Reliability",
            "postgresql" "PostgreSQL",
            "cluster" "Two servers",
        ],
    ),
];

/// Returns the document with this name.
pub(super) fn named(name: &str) -> Option<&'static Source> {
    SHELF.iter().flat_map(|(_, sources)| *sources).find(|source| source.name == name)
}
