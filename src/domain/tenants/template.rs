//! Templates: a tenant's own texts for messages, by purpose and language.

use serde::{Deserialize, Serialize};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;

/// The maximum number of templates of one tenant.
pub const MAX_TEMPLATES: usize = 200;
/// The maximum length of a subject, in characters, before and after rendering.
pub const MAX_SUBJECT: usize = 200;
/// The maximum length of a text or HTML part before rendering, in bytes. The limit on request
/// bodies is lower.
pub const MAX_PART: usize = 16 * 1024;

/// The name of a template: a tenant has at most one per purpose and language.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TemplateName {
    /// The purpose of the codes.
    pub purpose: Purpose,
    /// The language of the texts.
    pub locale: Locale,
}

/// A template as its author wrote it, without any validation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplateSource {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part; a message without one is plain text.
    pub html: Option<String>,
}

/// A stored template. It had no errors when it was saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredTemplate {
    /// The name.
    pub name: TemplateName,
    /// The texts.
    pub source: TemplateSource,
    /// The warnings at the time when it was saved.
    pub warnings: Vec<Finding>,
    /// When it was saved.
    pub updated_at: Timestamp,
}

/// A template in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedTemplate {
    /// The name.
    pub name: TemplateName,
    /// The warnings at the time when it was saved.
    pub warnings: Vec<Finding>,
    /// When it was saved.
    pub updated_at: Timestamp,
}

/// An error or a warning about a template, for its author.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// The part, as a JSON pointer into the template; empty for the whole template.
    pub pointer: String,
    /// The description.
    pub detail: String,
}

/// The findings about a template.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Report {
    /// Errors, which keep the template from being used.
    pub errors: Vec<Finding>,
    /// Warnings, which the author may want to act on.
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
    /// The language of the texts.
    pub locale: Locale,
    /// Whether the texts are the tenant's own.
    pub is_own: bool,
}
