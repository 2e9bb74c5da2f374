//! Templates in answers.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{
    Finding, ListedTemplate, MailSource, Medium, Preview, Report, SmsSize, StoredTemplate, TemplateSource,
};
use crate::domain::time::Timestamp;

use crate::http::v1::page;

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

pub(super) fn findings(of: &[Finding]) -> Vec<FindingView> {
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
        let MailSource { subject, text, html } = match &template.source {
            TemplateSource::Mail(mail) => mail.clone(),
            TemplateSource::Text(text) | TemplateSource::Voice(text) => {
                MailSource { text: text.clone(), ..MailSource::default() }
            }
        };
        Self {
            purpose: template.name.purpose.clone(),
            locale: template.name.locale.clone(),
            subject,
            text,
            html,
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
    #[schema(required, schema_with = page::next)]
    next: Option<String>,
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
    /// The kind of message.
    #[schema(value_type = Medium)]
    medium: &'static str,
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
            medium: template.name.medium.as_str(),
            updated_at: template.updated_at,
            warnings: findings(&template.warnings),
        };
        let data = templates.iter().map(listed).collect();
        Self { data, next: page::NO_MORE, warnings: findings(gaps) }
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
    /// The subject of a mail; empty for other messages.
    #[schema(max_length = 200)]
    subject: String,
    /// The text part; the sentences of a call, on lines of their own.
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
    /// The kind of message.
    #[schema(value_type = Medium)]
    medium: &'static str,
    /// The length of a text message; null for other messages.
    #[schema(required)]
    sms: Option<SmsView>,
}

/// The length of a text message.
#[derive(Serialize, ToSchema)]
#[schema(as = SmsLength)]
pub(crate) struct SmsView {
    /// `gsm7` if all of it is in the GSM alphabet, otherwise `ucs2`.
    #[schema(pattern = "^(gsm7|ucs2)$", max_length = 4)]
    encoding: &'static str,
    /// The length: one part has at most 160 units in GSM and 70 otherwise.
    #[schema(minimum = 0, maximum = 70000)]
    units: usize,
    /// The parts that it would be sent in. Only a text of one part is sent.
    #[schema(minimum = 1, maximum = 1000)]
    parts: usize,
    /// The first character that is not in the GSM alphabet; null if there is none.
    #[schema(required, min_length = 1, max_length = 1)]
    beyond_gsm: Option<char>,
}

impl SmsView {
    fn of(size: &SmsSize) -> Self {
        let SmsSize { length, beyond_gsm } = *size;
        Self { encoding: length.encoding.as_str(), units: length.units, parts: length.parts, beyond_gsm }
    }
}

impl PreviewView {
    pub(crate) fn of(preview: Preview) -> Self {
        Self {
            medium: preview.medium.as_str(),
            sms: preview.sms.as_ref().map(SmsView::of),
            subject: preview.subject,
            text: preview.text,
            html: preview.html,
            locale: preview.locale,
            source: if preview.is_own { "template" } else { "built_in" },
        }
    }
}
