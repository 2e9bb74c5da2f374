//! Templates in bodies and answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{
    Finding, ListedTemplate, Preview, Report, StoredTemplate, TemplateSource,
};
use crate::domain::time::Timestamp;

use crate::http::shared::description::schemas;

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
        TemplateSource { subject: self.subject, text: self.text, html: self.html }
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
}

impl TemplateDraftBody {
    pub(crate) fn source(self) -> TemplateSource {
        let (subject, text) = (self.subject.unwrap_or_default(), self.text.unwrap_or_default());
        TemplateSource { subject, text, html: self.html }
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
    /// The template of the body, if it has one.
    pub(crate) fn source(&self) -> Option<TemplateSource> {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let has_any = self.subject.is_some() || self.text.is_some() || self.html.is_some();
        let (subject, text) = (part(&self.subject), part(&self.text));
        has_any.then(|| TemplateSource { subject, text, html: self.html.clone() })
    }
}

/// A finding about a template.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplateFinding)]
pub(crate) struct FindingView {
    /// The part, as a JSON pointer (RFC 6901); empty for the whole template.
    #[schema(max_length = 100)]
    pointer: String,
    /// What was found.
    #[schema(max_length = 1000)]
    detail: String,
}

fn findings(of: &[Finding]) -> Vec<FindingView> {
    let view = |one: &Finding| FindingView { pointer: one.pointer.clone(), detail: one.detail.clone() };
    of.iter().map(view).collect()
}

/// A template, as it was saved.
#[derive(Serialize, ToSchema)]
#[schema(as = Template)]
pub(crate) struct TemplateView {
    /// What the codes are for.
    purpose: Purpose,
    /// The language.
    locale: Locale,
    /// The subject.
    #[schema(max_length = 200)]
    subject: String,
    /// The text part.
    #[schema(max_length = 16384)]
    text: String,
    /// The HTML part; null if there is none.
    #[schema(required, max_length = 16384)]
    html: Option<String>,
    /// When it was saved.
    updated_at: Timestamp,
    /// The warnings when it was saved.
    #[schema(max_items = 100)]
    warnings: Vec<FindingView>,
}

impl TemplateView {
    pub(crate) fn of(template: &StoredTemplate) -> Self {
        Self {
            purpose: template.name.purpose.clone(),
            locale: template.name.locale.clone(),
            subject: template.source.subject.clone(),
            text: template.source.text.clone(),
            html: template.source.html.clone(),
            updated_at: template.updated_at,
            warnings: findings(&template.warnings),
        }
    }
}

/// The tenant's templates.
#[derive(Serialize, ToSchema)]
#[schema(as = Templates)]
pub(crate) struct TemplatesView {
    /// The templates, by purpose and language.
    #[schema(max_items = 200)]
    data: Vec<ListedTemplateView>,
    /// Languages in which some purposes have a template and others do not.
    #[schema(max_items = 100)]
    warnings: Vec<FindingView>,
}

/// A template in the list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedTemplate)]
pub(crate) struct ListedTemplateView {
    /// What the codes are for.
    purpose: Purpose,
    /// The language.
    locale: Locale,
    /// When it was saved.
    updated_at: Timestamp,
    /// The warnings when it was saved.
    #[schema(max_items = 100)]
    warnings: Vec<FindingView>,
}

impl TemplatesView {
    pub(crate) fn of(templates: &[ListedTemplate], gaps: &[Finding]) -> Self {
        let listed = |template: &ListedTemplate| ListedTemplateView {
            purpose: template.name.purpose.clone(),
            locale: template.name.locale.clone(),
            updated_at: template.updated_at,
            warnings: findings(&template.warnings),
        };
        Self { data: templates.iter().map(listed).collect(), warnings: findings(gaps) }
    }
}

/// The findings about a template.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplateReport)]
pub(crate) struct TemplateReportView {
    /// The errors. A template with errors cannot be saved.
    #[schema(max_items = 100)]
    errors: Vec<FindingView>,
    /// What the author may want to change.
    #[schema(max_items = 100)]
    warnings: Vec<FindingView>,
}

impl TemplateReportView {
    pub(crate) fn of(report: &Report) -> Self {
        Self { errors: findings(&report.errors), warnings: findings(&report.warnings) }
    }
}

/// A message with a sample code.
#[derive(Serialize, ToSchema)]
#[schema(as = Preview)]
pub(crate) struct PreviewView {
    /// The subject.
    #[schema(max_length = 200)]
    subject: String,
    /// The text part.
    #[schema(max_length = 70000)]
    text: String,
    /// The HTML part; null if there is none.
    #[schema(required, max_length = 70000)]
    html: Option<String>,
    /// The language of the message, which may differ from the requested one.
    locale: Locale,
    /// Where the message comes from: `template` for the tenant's own.
    #[schema(pattern = "^(template|built_in)$", max_length = 8)]
    source: &'static str,
}

impl PreviewView {
    pub(crate) fn of(preview: Preview) -> Self {
        Self {
            subject: preview.subject,
            text: preview.text,
            html: preview.html,
            locale: preview.locale,
            source: if preview.is_own { "template" } else { "built_in" },
        }
    }
}
