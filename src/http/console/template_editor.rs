//! The editor of one template.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::domain::tenants::template::{Finding, MailSource, Medium, TemplateName, TemplateSource};

use super::languages;
use super::layout::Layout;
use super::page;
use super::refused::Refused;
use super::session::Seat;

#[derive(Template)]
#[template(path = "console/template.html")]
struct TemplateEditorPage {
    layout: Layout,
    path: String,
    purpose: String,
    locale: String,
    mail: MailSource,
    /// The warnings when it was saved.
    warnings: Vec<Finding>,
    is_kept: bool,
    /// The address of a test, as it was typed.
    to: String,
}

/// The editor of a template for text messages or calls.
#[derive(Template)]
#[template(path = "console/short_template.html")]
struct ShortTemplateEditorPage {
    layout: Layout,
    path: String,
    purpose: String,
    locale: String,
    medium: Medium,
    text: String,
    /// The warnings when it was saved.
    warnings: Vec<Finding>,
    is_kept: bool,
    /// The number of a test, as it was typed.
    to: String,
}

/// The words in an editor, and what is said about them.
pub(super) struct Draft<'a> {
    pub(super) source: &'a TemplateSource,
    /// The warnings when it was saved.
    pub(super) warnings: Vec<Finding>,
    pub(super) is_kept: bool,
    /// Why it was refused.
    pub(super) why: Option<&'a Refused>,
    /// What was done with it.
    pub(super) done: Option<&'static str>,
    pub(super) to: &'a str,
}

impl<'a> Draft<'a> {
    pub(super) fn of(source: &'a TemplateSource) -> Self {
        Self { source, warnings: Vec::new(), is_kept: false, why: None, done: None, to: "" }
    }
}

/// The page on which a template is written.
pub(super) fn editor(seat: &Seat, name: &TemplateName, draft: Draft<'_>) -> HttpResponse {
    let (purpose, locale) = (name.purpose.as_str().to_owned(), name.locale.to_string());
    let Draft { source, warnings, is_kept, why, done, to } = draft;
    let (language, to) = (languages::name(&locale), to.to_owned());
    let title = match name.medium {
        Medium::Mail => format!("Template for {purpose} in {language}"),
        Medium::Text => format!("Text message for {purpose} in {language}"),
        Medium::Voice => format!("Call for {purpose} in {language}"),
    };
    let mut layout = Layout { flash: done, ..seat.layout(&title, "/templates") };
    if let Some(why) = why {
        layout = layout.failed(why.text.clone());
    }
    let (path, medium) = (seat.path("/templates"), name.medium);
    match source {
        TemplateSource::Mail(mail) => {
            let mail = mail.clone();
            shown_as(why, &TemplateEditorPage { layout, path, purpose, locale, mail, warnings, is_kept, to })
        }
        TemplateSource::Text(text) | TemplateSource::Voice(text) => {
            let text = text.clone();
            let page = ShortTemplateEditorPage {
                layout,
                path,
                purpose,
                locale,
                medium,
                text,
                warnings,
                is_kept,
                to,
            };
            shown_as(why, &page)
        }
    }
}

fn shown_as(why: Option<&Refused>, page: &impl Template) -> HttpResponse {
    match why {
        Some(why) => why.page(page),
        None => page::page(StatusCode::OK, page),
    }
}
