//! What the routes of templates answer.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{
    Finding, ListedTemplate, Preview, Report, StoredTemplate, TemplateName, TemplateSource,
};
use crate::domain::time::Timestamp;
use crate::service::Refusal;

use crate::http::shared::description::answers::{Answers, reference};
use crate::http::v1::description::{answered, answers, looking_after, of_a_body, refused, told};
use crate::http::v1::error::V1Error;

use super::view::{PreviewView, TemplateReportView, TemplateView, TemplatesView};

/// The template in a path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct TemplateInPath {
    /// What the codes are for.
    #[param(pattern = "^[a-z][a-z0-9_]*$", min_length = 1, max_length = 32, example = "login")]
    purpose: String,
    /// The language.
    #[param(
        pattern = "^[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?$",
        max_length = 35,
        example = "de"
    )]
    locale: String,
}

const TEXT: &str =
    "{% if vars.name %}Hallo {{ vars.name }},\n\n{% endif %}Ihr Code: {{ code }}\n\n{{ lifetime }}";

/// A template as it is sent.
pub(crate) fn sample() -> Value {
    json!({
        "subject": "Ihr Code für {{ app }}",
        "text": TEXT,
        "html": "<p>Ihr Code: <b>{{ code }}</b></p><p>{{ lifetime }}</p>",
    })
}

pub(crate) fn name() -> TemplateName {
    let purpose = Purpose::parse("login").unwrap_or(Purpose::VERIFICATION);
    TemplateName { purpose, locale: Locale::parse("de").unwrap_or(Locale::ENGLISH) }
}

fn saved_at() -> Timestamp {
    Timestamp::from_millis(1_795_250_000_000)
}

fn template() -> Value {
    let source =
        TemplateSource { subject: "Ihr Code für {{ app }}".to_owned(), text: TEXT.to_owned(), html: None };
    json!(TemplateView::of(&StoredTemplate {
        name: name(),
        source,
        warnings: Vec::new(),
        updated_at: saved_at()
    }))
}

pub(crate) fn list() -> Value {
    let listed = ListedTemplate { name: name(), warnings: Vec::new(), updated_at: saved_at() };
    json!(TemplatesView::of(&[listed], &[]))
}

fn missing_code() -> Finding {
    Finding { pointer: "/text".to_owned(), detail: "`{{ code }}` is missing".to_owned() }
}

fn report() -> Value {
    json!(TemplateReportView::of(&Report { errors: vec![missing_code()], warnings: Vec::new() }))
}

pub(crate) fn preview() -> Value {
    json!(PreviewView::of(Preview {
        subject: "Ihr Code für Acme".to_owned(),
        text: "Ihr Code: 123456".to_owned(),
        html: None,
        locale: Locale::parse("de").unwrap_or(Locale::ENGLISH),
        is_own: true,
    }))
}

fn looking() -> Vec<V1Error> {
    looking_after()
}

/// With a name in the path, which has to be one.
fn naming() -> Vec<V1Error> {
    let mut all = looking();
    all.push(V1Error::field("/locale", "a language tag such as de, pt-BR or zh-Hant"));
    all
}

fn finding() -> Vec<V1Error> {
    naming().into_iter().chain(refused([Refusal::UnknownTemplate])).collect()
}

fn keeping() -> Vec<V1Error> {
    let mut all = naming();
    all.extend(of_a_body("/text", "missing field `text`"));
    all.extend(refused([Refusal::InvalidTemplate(vec![missing_code()]), Refusal::TooManyTemplates]));
    all
}

fn reading() -> Vec<V1Error> {
    looking().into_iter().chain(of_a_body("/subject", "expected a string")).collect()
}

fn trying() -> Vec<V1Error> {
    reading().into_iter().chain(refused([Refusal::InvalidTemplate(vec![missing_code()])])).collect()
}

answered! {
    /// Of listing.
    Listed => answers("The templates.", (StatusCode::OK, "Templates", list()), looking());
    /// Of looking at one.
    Shown => answers("The template.", (StatusCode::OK, "Template", template()), finding());
    /// Of saving one.
    Kept => answers("The template, in the place of another.", (StatusCode::OK, "Template", template()), keeping())
        .success(
            StatusCode::CREATED,
            "The template, a new one.",
            ("application/json", reference("Template"), template()),
        );
    /// Of deleting one.
    Deleted => Answers::default()
        .nothing(StatusCode::NO_CONTENT, "It is deleted.")
        .refusals(told(finding()));
    /// Of checking one.
    Linted => answers("What there is to say.", (StatusCode::OK, "TemplateReport", report()), reading());
    /// Of rendering one.
    Previewed => answers("The message.", (StatusCode::OK, "Preview", preview()), trying());
}
