//! Examples of templates for the description of the API.

use serde_json::{Value, json};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{
    Finding, ListedTemplate, MailSource, Medium, Preview, Report, StoredTemplate, TemplateName,
    TemplateSource,
};
use crate::domain::time::Timestamp;

use crate::http::shared::description::operation::Example;

use super::short::ShortTemplateView;
use super::view::{PreviewView, TemplateReportView, TemplateView, TemplatesView};

const SUBJECT: &str = "Ihr Code für {{ app }}";
const TEXT: &str =
    "{% if vars.name %}Hallo {{ vars.name }},\n\n{% endif %}Ihr Code: {{ code }}\n\n{{ lifetime }}";
const SHORT_TEXT: &str = "{{ code }} ist Ihr Code für {{ app }}. {{ lifetime }}";
const SAVED_AT: Timestamp = Timestamp::from_millis(1_795_250_000_000);

/// A template in a request.
pub(crate) fn sample() -> Value {
    let html = "<p>Ihr Code: <b>{{ code }}</b></p><p>{{ lifetime }}</p>";
    json!({ "subject": SUBJECT, "text": TEXT, "html": html })
}

/// A template for text messages in a request.
pub(crate) fn short_sample() -> Value {
    json!({ "text": SHORT_TEXT })
}

/// The finding about a template without a code.
pub(crate) fn missing_code() -> Finding {
    Finding { pointer: "/text".to_owned(), detail: "`{{ code }}` is missing".to_owned() }
}

fn german() -> Locale {
    Locale::parse("de").unwrap_or(Locale::ENGLISH)
}

fn name() -> TemplateName {
    TemplateName { purpose: Purpose::LOGIN, locale: german(), medium: Medium::Mail }
}

impl Example for TemplateView {
    fn example() -> Self {
        let mail = MailSource { subject: SUBJECT.to_owned(), text: TEXT.to_owned(), html: None };
        let source = TemplateSource::Mail(mail);
        Self::of(&StoredTemplate {
            name: name(),
            source,
            warnings: Vec::new(),
            updated_at: SAVED_AT,
            revision: 0,
        })
    }
}

impl Example for ShortTemplateView {
    fn example() -> Self {
        let name = TemplateName { medium: Medium::Text, ..name() };
        let source = TemplateSource::Text(SHORT_TEXT.to_owned());
        Self::of(&StoredTemplate { name, source, warnings: Vec::new(), updated_at: SAVED_AT, revision: 0 })
    }
}

impl Example for TemplatesView {
    fn example() -> Self {
        Self::of(&[ListedTemplate { name: name(), warnings: Vec::new(), updated_at: SAVED_AT }], &[])
    }
}

impl Example for TemplateReportView {
    fn example() -> Self {
        Self::of(&Report { errors: vec![missing_code()], warnings: Vec::new() })
    }
}

impl Example for PreviewView {
    fn example() -> Self {
        let (subject, text) = ("Ihr Code für Acme".to_owned(), "Ihr Code: 123456".to_owned());
        let (medium, locale) = (Medium::Mail, german());
        Self::of(Preview { medium, subject, text, html: None, locale, is_own: true, sms: None })
    }
}
