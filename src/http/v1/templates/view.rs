//! Templates in bodies and answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::tenants::template::{
    Finding, ListedTemplate, Preview, Report, StoredTemplate, TemplateSource,
};

use crate::http::shared::description::schemas;

/// A template to be kept. Its values are `{{ name }}`, its choices `{% if name %}`.
#[derive(Deserialize, ToSchema)]
#[schema(as = TemplateRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateBody {
    /// The subject, without the code.
    #[schema(min_length = 1, max_length = 200)]
    subject: String,
    /// The text part, with the code.
    #[schema(min_length = 1, max_length = 16384)]
    text: String,
    /// The HTML part, with the code. Without one the message is plain text.
    #[schema(min_length = 1, max_length = 16384)]
    html: Option<String>,
}

impl TemplateBody {
    pub(crate) fn source(self) -> TemplateSource {
        TemplateSource { subject: self.subject, text: self.text, html: self.html }
    }
}

/// A template that may be unfinished.
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
}

impl TemplateDraftBody {
    pub(crate) fn source(self) -> TemplateSource {
        let (subject, text) = (self.subject.unwrap_or_default(), self.text.unwrap_or_default());
        TemplateSource { subject, text, html: self.html }
    }
}

/// What is to be rendered.
#[derive(Deserialize, ToSchema)]
#[schema(as = PreviewRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewBody {
    /// The subject of a template that need not be kept.
    #[schema(min_length = 1, max_length = 200)]
    subject: Option<String>,
    /// Its text part.
    #[schema(min_length = 1, max_length = 16384)]
    text: Option<String>,
    /// Its HTML part.
    #[schema(min_length = 1, max_length = 16384)]
    html: Option<String>,
    /// What the code would be for, `verification` if not told.
    #[schema(pattern = "^[a-z][a-z0-9_]*$", min_length = 1, max_length = 32, example = "login")]
    pub(crate) purpose: Option<String>,
    /// The language of the recipient.
    #[schema(
        pattern = "^[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?$",
        max_length = 35,
        example = "de"
    )]
    pub(crate) locale: Option<String>,
    /// What minting would be given as `vars`.
    #[serde(default)]
    #[schema(schema_with = schemas::vars)]
    pub(crate) vars: BTreeMap<String, String>,
}

impl PreviewBody {
    /// The template of the body, if it has one.
    pub(crate) fn source(&self) -> Option<TemplateSource> {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let has_any = self.subject.is_some() || self.text.is_some() || self.html.is_some();
        let (subject, text) = (part(&self.subject), part(&self.text));
        has_any.then(|| TemplateSource { subject, text, html: self.html.clone() })
    }
}

/// Something about a template.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplateFinding)]
pub(crate) struct FindingView {
    /// The part, as a JSON pointer (RFC 6901); empty for the whole.
    #[schema(max_length = 100)]
    pointer: String,
    /// What it is.
    #[schema(max_length = 1000)]
    detail: String,
}

fn findings(of: &[Finding]) -> Vec<FindingView> {
    let view = |one: &Finding| FindingView { pointer: one.pointer.clone(), detail: one.detail.clone() };
    of.iter().map(view).collect()
}

/// A template, as it was written.
#[derive(Serialize, ToSchema)]
#[schema(as = Template)]
pub(crate) struct TemplateView {
    /// What the codes are for.
    #[schema(pattern = "^[a-z][a-z0-9_]*$", min_length = 1, max_length = 32)]
    purpose: String,
    /// The language.
    #[schema(max_length = 35)]
    locale: String,
    /// The subject.
    #[schema(max_length = 200)]
    subject: String,
    /// The text part.
    #[schema(max_length = 16384)]
    text: String,
    /// The HTML part; null where there is none.
    #[schema(required, max_length = 16384)]
    html: Option<String>,
    /// When it was saved.
    #[schema(format = "date-time", max_length = 32)]
    updated_at: String,
    /// What was remarkable when it was saved.
    #[schema(max_items = 100)]
    warnings: Vec<FindingView>,
}

impl TemplateView {
    pub(crate) fn of(template: &StoredTemplate) -> Self {
        Self {
            purpose: template.name.purpose.as_str().to_owned(),
            locale: template.name.locale.to_string(),
            subject: template.source.subject.clone(),
            text: template.source.text.clone(),
            html: template.source.html.clone(),
            updated_at: template.updated_at.to_string(),
            warnings: findings(&template.warnings),
        }
    }
}

/// The tenant's templates.
#[derive(Serialize, ToSchema)]
#[schema(as = Templates)]
pub(crate) struct TemplatesView {
    /// In order of purpose and language.
    #[schema(max_items = 200)]
    data: Vec<ListedTemplateView>,
    /// Languages that one purpose has a template in and another has not.
    #[schema(max_items = 100)]
    warnings: Vec<FindingView>,
}

/// A template in the list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedTemplate)]
pub(crate) struct ListedTemplateView {
    /// What the codes are for.
    #[schema(pattern = "^[a-z][a-z0-9_]*$", min_length = 1, max_length = 32)]
    purpose: String,
    /// The language.
    #[schema(max_length = 35)]
    locale: String,
    /// When it was saved.
    #[schema(format = "date-time", max_length = 32)]
    updated_at: String,
    /// What was remarkable when it was saved.
    #[schema(max_items = 100)]
    warnings: Vec<FindingView>,
}

impl TemplatesView {
    pub(crate) fn of(templates: &[ListedTemplate], gaps: &[Finding]) -> Self {
        let listed = |template: &ListedTemplate| ListedTemplateView {
            purpose: template.name.purpose.as_str().to_owned(),
            locale: template.name.locale.to_string(),
            updated_at: template.updated_at.to_string(),
            warnings: findings(&template.warnings),
        };
        Self { data: templates.iter().map(listed).collect(), warnings: findings(gaps) }
    }
}

/// What there is to say about a template.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplateReport)]
pub(crate) struct TemplateReportView {
    /// What keeps it from being saved.
    #[schema(max_items = 100)]
    errors: Vec<FindingView>,
    /// What its author may want to change.
    #[schema(max_items = 100)]
    warnings: Vec<FindingView>,
}

impl TemplateReportView {
    pub(crate) fn of(report: &Report) -> Self {
        Self { errors: findings(&report.errors), warnings: findings(&report.warnings) }
    }
}

/// A message, with a code that is none.
#[derive(Serialize, ToSchema)]
#[schema(as = Preview)]
pub(crate) struct PreviewView {
    /// The subject.
    #[schema(max_length = 200)]
    subject: String,
    /// The text part.
    #[schema(max_length = 70000)]
    text: String,
    /// The HTML part; null where there is none.
    #[schema(required, max_length = 70000)]
    html: Option<String>,
    /// The language of the words, which may not be the one that was asked for.
    #[schema(max_length = 35)]
    locale: String,
    /// Whose words they are: `template` for the tenant's own.
    #[schema(pattern = "^(template|built_in)$", max_length = 8)]
    source: &'static str,
}

impl PreviewView {
    pub(crate) fn of(preview: Preview) -> Self {
        Self {
            subject: preview.subject,
            text: preview.text,
            html: preview.html,
            locale: preview.locale.to_string(),
            source: if preview.is_own { "template" } else { "built_in" },
        }
    }
}
