//! Searches.

use mail_catcher::Mail;
use serde::Deserialize;

use crate::cli::dev::delivery_log::LogRow;

/// The words of a search. Without words everything matches.
#[derive(Deserialize)]
#[serde(from = "SearchQuery")]
pub(super) struct Search {
    /// As it was typed.
    pub(super) typed: String,
    words: Vec<String>,
}

#[derive(Deserialize)]
struct SearchQuery {
    #[serde(default)]
    q: String,
}

impl From<SearchQuery> for Search {
    fn from(asked: SearchQuery) -> Self {
        let words = asked.q.split_whitespace().map(str::to_lowercase).collect();
        Self { words, typed: asked.q }
    }
}

impl Search {
    /// Whether the recipients, the subject or the text of `mail` contain each word.
    pub(super) fn finds_mail(&self, mail: &Mail) -> bool {
        self.finds(mail.to.iter().map(String::as_str).chain([mail.subject()]).chain(mail.text()))
    }

    /// Whether `row` contains each word.
    pub(super) fn finds_row(&self, row: &LogRow) -> bool {
        self.finds([row.to.as_str(), row.who.word(), row.what.as_str()])
    }

    fn finds<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let texts: Vec<String> = texts.into_iter().map(str::to_lowercase).collect();
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}
