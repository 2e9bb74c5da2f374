//! Examples of templates for the description of the API.

use serde_json::{Value, json};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{
    Finding, ListedTemplate, Preview, Report, StoredTemplate, TemplateName, TemplateSource,
};
use crate::domain::time::Timestamp;

use crate::http::shared::description::operation::Example;

use super::view::{PreviewView, TemplateReportView, TemplateView, TemplatesView};

const SUBJECT: &str = "Ihr Code für {{ app }}";
const TEXT: &str =
    "{% if vars.name %}Hallo {{ vars.name }},\n\n{% endif %}Ihr Code: {{ code }}\n\n{{ lifetime }}";
const SAVED_AT: Timestamp = Timestamp::from_millis(1_795_250_000_000);

/// A template in a request.
pub(crate) fn sample() -> Value {
    let html = "<p>Ihr Code: <b>{{ code }}</b></p><p>{{ lifetime }}</p>";
    json!({ "subject": SUBJECT, "text": TEXT, "html": html })
}

/// The finding about a template without a code.
pub(crate) fn missing_code() -> Finding {
    Finding { pointer: "/text".to_owned(), detail: "`{{ code }}` is missing".to_owned() }
}

fn german() -> Locale {
    Locale::parse("de").unwrap_or(Locale::ENGLISH)
}

fn name() -> TemplateName {
    TemplateName { purpose: Purpose::LOGIN, locale: german() }
}

impl Example for TemplateView {
    fn example() -> Self {
        let source = TemplateSource { subject: SUBJECT.to_owned(), text: TEXT.to_owned(), html: None };
        Self::of(&StoredTemplate { name: name(), source, warnings: Vec::new(), updated_at: SAVED_AT })
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
        Self::of(Preview { subject, text, html: None, locale: german(), is_own: true })
    }
}
