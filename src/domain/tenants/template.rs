//! A tenant's own words: templates of messages, by purpose and language.

use serde::{Deserialize, Serialize};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;

/// The most templates of one tenant.
pub const MAX_TEMPLATES: usize = 200;
/// The most characters of a subject, before and after it is rendered.
pub const MAX_SUBJECT: usize = 200;
/// The most bytes of a text or an HTML part before it is rendered. A request has room for less.
pub const MAX_PART: usize = 16 * 1024;

/// Which template: a tenant has at most one for a purpose and a language.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TemplateName {
    /// What the codes are for.
    pub purpose: Purpose,
    /// The language that it is in.
    pub locale: Locale,
}

/// A template as its author wrote it. Nothing is known of it but that it is text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplateSource {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part; a message without one is plain text.
    pub html: Option<String>,
}

/// A template that is kept. It had no errors when it was saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredTemplate {
    /// Which.
    pub name: TemplateName,
    /// What it says.
    pub source: TemplateSource,
    /// What was remarkable when it was saved.
    pub warnings: Vec<Finding>,
    /// When it was saved.
    pub updated_at: Timestamp,
}

/// A template in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedTemplate {
    /// Which.
    pub name: TemplateName,
    /// What was remarkable when it was saved.
    pub warnings: Vec<Finding>,
    /// When it was saved.
    pub updated_at: Timestamp,
}

/// Something about a template that its author is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The part, as a JSON pointer into the template; empty for the whole.
    pub pointer: String,
    /// What it is.
    pub detail: String,
}

/// What was found about a template.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Report {
    /// What keeps it from being used.
    pub errors: Vec<Finding>,
    /// What its author may want to change.
    pub warnings: Vec<Finding>,
}

/// A message as its recipient would see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part, if there is one.
    pub html: Option<String>,
    /// The language of the words.
    pub locale: Locale,
    /// Whether they are the tenant's own.
    pub is_own: bool,
}
