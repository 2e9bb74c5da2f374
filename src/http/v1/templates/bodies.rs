//! Templates in bodies.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{MailSource, Medium, TemplateSource};

use crate::http::shared::description::schemas;
use crate::http::shared::problems::rejection::Rejection;

/// The error for a word that names no medium.
pub(super) const NO_MEDIUM: &str = "medium is email, text or voice";

/// A template to save. A value is written `{{ name }}`, a condition `{% if name %}`.
#[derive(Deserialize, ToSchema)]
#[schema(as = TemplateRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateBody {
    /// The subject, which must not contain the code.
    #[schema(min_length = 1, max_length = 200)]
    subject: String,
    /// The text part, which must contain the code.
    #[schema(min_length = 1, max_length = 16384)]
    text: String,
    /// The HTML part, which must contain the code. Without it the message is plain text.
    #[schema(min_length = 1, max_length = 16384)]
    html: Option<String>,
}

impl TemplateBody {
    pub(crate) fn source(self) -> TemplateSource {
        TemplateSource::Mail(MailSource { subject: self.subject, text: self.text, html: self.html })
    }
}

/// A template for text messages or calls to save.
#[derive(Deserialize, ToSchema)]
#[schema(as = ShortTemplateRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShortTemplateBody {
    /// The text, which must contain the code. A call says each line by itself, with a pause after it.
    #[schema(min_length = 1, max_length = 16384)]
    text: String,
}

impl ShortTemplateBody {
    pub(crate) fn source(self, medium: Medium) -> TemplateSource {
        source_of(medium, MailSource { text: self.text, ..MailSource::default() })
    }
}

/// A template that may be incomplete.
#[derive(Deserialize, ToSchema)]
#[schema(as = TemplateDraft)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateDraftBody {
    /// The subject.
    #[schema(max_length = 16384)]
    subject: Option<String>,
    /// The text part.
    #[schema(max_length = 16384)]
    text: Option<String>,
    /// The HTML part.
    #[schema(max_length = 16384)]
    html: Option<String>,
    /// The kind of message; `email` if absent.
    #[schema(schema_with = schemas::wished_medium)]
    medium: Option<String>,
    /// The language, on which the length of `lifetime` depends.
    #[schema(value_type = Option<Locale>)]
    pub(crate) locale: Option<String>,
}

impl TemplateDraftBody {
    pub(crate) fn source(self) -> Result<TemplateSource, Rejection> {
        let medium = medium(self.medium.as_deref())?;
        fit(medium, self.subject.as_ref(), self.html.as_ref())?;
        let (subject, text) = (self.subject.unwrap_or_default(), self.text.unwrap_or_default());
        Ok(source_of(medium, MailSource { subject, text, html: self.html }))
    }
}

/// What to render.
#[derive(Deserialize, ToSchema)]
#[schema(as = PreviewRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewBody {
    /// The subject of a template that need not be saved.
    #[schema(min_length = 1, max_length = 200)]
    subject: Option<String>,
    /// The text part of that template.
    #[schema(min_length = 1, max_length = 16384)]
    text: Option<String>,
    /// The HTML part of that template.
    #[schema(min_length = 1, max_length = 16384)]
    html: Option<String>,
    /// The kind of message; `email` if absent.
    #[schema(schema_with = schemas::wished_medium)]
    medium: Option<String>,
    /// What the code would be for; `verification` if absent.
    #[schema(value_type = Option<Purpose>)]
    pub(crate) purpose: Option<String>,
    /// The language of the recipient.
    #[schema(value_type = Option<Locale>)]
    pub(crate) locale: Option<String>,
    /// The `vars` of the mint.
    #[serde(default)]
    #[schema(schema_with = schemas::vars)]
    pub(crate) vars: BTreeMap<String, String>,
}

impl PreviewBody {
    pub(crate) fn medium(&self) -> Result<Medium, Rejection> {
        medium(self.medium.as_deref())
    }

    /// The template of the body, if it has one.
    pub(crate) fn source(&self) -> Result<Option<TemplateSource>, Rejection> {
        let medium = self.medium()?;
        fit(medium, self.subject.as_ref(), self.html.as_ref())?;
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let has_any = self.subject.is_some() || self.text.is_some() || self.html.is_some();
        let mail = || {
            let (subject, text) = (part(&self.subject), part(&self.text));
            MailSource { subject, text, html: self.html.clone() }
        };
        Ok(has_any.then(|| source_of(medium, mail())))
    }
}

fn medium(word: Option<&str>) -> Result<Medium, Rejection> {
    let unknown = || Rejection::field("/medium", NO_MEDIUM);
    word.map_or(Ok(Medium::Mail), |word| Medium::parse(word).ok_or_else(unknown))
}

/// Refuses the parts that only a mail has.
fn fit(medium: Medium, subject: Option<&String>, html: Option<&String>) -> Result<(), Rejection> {
    let parts = [("/subject", subject), ("/html", html)];
    match parts.into_iter().find(|(_, part)| medium != Medium::Mail && part.is_some()) {
        Some((pointer, _)) => Err(Rejection::field(pointer, "only a mail has it: leave it out")),
        None => Ok(()),
    }
}

fn source_of(medium: Medium, mail: MailSource) -> TemplateSource {
    match medium {
        Medium::Mail => TemplateSource::Mail(mail),
        Medium::Text => TemplateSource::Text(mail.text),
        Medium::Voice => TemplateSource::Voice(mail.text),
    }
}
