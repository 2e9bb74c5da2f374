//! `/console/tenants/{tenant}/templates`: a tenant's templates, edited beside their preview.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::tenants::template::{
    Finding, ListedTemplate, MailSource, Medium, StoredTemplate, TemplateName, TemplateSource,
};
use crate::service::Refusal;

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::{bodies, page};

#[derive(Template)]
#[template(path = "console/templates.html")]
struct TemplatesPage {
    layout: Layout,
    path: String,
    templates: Vec<ListedTemplate>,
    /// Languages in which some purposes have a template and others do not.
    gaps: Vec<Finding>,
    purposes: [Purpose; 4],
    media: [Medium; 3],
}

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
}

/// `GET`: lists the templates.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    let layout = seat.layout("Templates", "/templates").flashing(&request);
    match state.services.templates.list(&seat.tenant).await {
        Ok((templates, gaps)) => {
            let (path, purposes, media) = (seat.path("/templates"), Purpose::BUILT_IN, Medium::ALL);
            page::page(StatusCode::OK, &TemplatesPage { layout, path, templates, gaps, purposes, media })
        }
        Err(refusal) => refused(&refusal),
    }
}

/// `GET …/edit`: the template of `purpose`, `locale` and `medium`, or an empty one.
pub(crate) async fn edit(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    let (mut purpose, mut locale, mut medium) = (String::new(), String::new(), String::new());
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        match &*name {
            "purpose" => purpose = value.into_owned(),
            "locale" => locale = value.into_owned(),
            "medium" => medium = value.into_owned(),
            _ => {}
        }
    }
    let Ok(name) = bodies::template(&purpose, &locale, &medium) else {
        return page::not_found(Some(&seat.signed));
    };
    match state.services.templates.find(&seat.tenant, name.clone()).await {
        Ok(kept) => editor(&seat, &name, Ok(&kept)),
        Err(Refusal::UnknownTemplate) => editor(&seat, &name, Err((&empty(name.medium), None))),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST …/edit`: saves the template.
pub(crate) async fn save(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let name = match bodies::template(form.text("purpose"), form.text("locale"), form.text("medium")) {
        Ok(name) => name,
        Err(wrong) => return Refused::from(wrong).alone(),
    };
    let (source, client_ip) = (source(&form, name.medium), ClientIp::of(&request));
    let again = |why: &Refused| editor(&seat, &name, Err((&source, Some(why))));
    match state.services.templates.save(&seat.tenant, name.clone(), source.clone(), client_ip).await {
        Ok(_) => done(&seat.path("/templates"), Flash::TemplateSaved),
        Err(Refusal::InvalidTemplate(errors)) => again(&Refused::invalid(sentences(&errors))),
        Err(refusal) => again(&Refused::from(Rejection::from(refusal))),
    }
}

/// `POST …/delete`: deletes the template.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    match remove(&state, &request, &seat, &form).await {
        Ok(()) => done(&seat.path("/templates"), Flash::TemplateDeleted),
        Err(wrong) => Refused::from(wrong).alone(),
    }
}

async fn remove(state: &AppState, request: &HttpRequest, seat: &Seat, form: &Form) -> Result<(), Rejection> {
    let name = bodies::template(form.text("purpose"), form.text("locale"), form.text("medium"))?;
    Ok(state.services.templates.delete(&seat.tenant, name, ClientIp::of(request)).await?)
}

/// The template in a form. Browsers end lines with CR LF.
pub(crate) fn source(form: &Form, medium: Medium) -> TemplateSource {
    let part = |name: &str| form.text(name).replace("\r\n", "\n");
    match medium {
        Medium::Mail => {
            let html = Some(part("html")).filter(|html| !html.trim().is_empty());
            TemplateSource::Mail(MailSource { subject: part("subject"), text: part("text"), html })
        }
        Medium::Text => TemplateSource::Text(part("text")),
        Medium::Voice => TemplateSource::Voice(part("text")),
    }
}

fn empty(medium: Medium) -> TemplateSource {
    match medium {
        Medium::Mail => TemplateSource::Mail(MailSource::default()),
        Medium::Text => TemplateSource::Text(String::new()),
        Medium::Voice => TemplateSource::Voice(String::new()),
    }
}

/// The findings as sentences.
pub(crate) fn sentences(findings: &[Finding]) -> String {
    let one = |finding: &Finding| match finding.pointer.trim_start_matches('/') {
        "" => finding.detail.clone(),
        part => format!("{part}: {}", finding.detail),
    };
    findings.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The page on which a template is written: with what is stored, or with what was typed and why it
/// was refused.
fn editor(
    seat: &Seat,
    name: &TemplateName,
    shown: Result<&StoredTemplate, (&TemplateSource, Option<&Refused>)>,
) -> HttpResponse {
    let (purpose, locale) = (name.purpose.as_str().to_owned(), name.locale.to_string());
    let (source, why, warnings, is_kept) = match shown {
        Ok(kept) => (&kept.source, None, kept.warnings.clone(), true),
        Err((source, why)) => (source, why, Vec::new(), false),
    };
    let title = match name.medium {
        Medium::Mail => format!("Template for {purpose} in {locale}"),
        Medium::Text => format!("Text message for {purpose} in {locale}"),
        Medium::Voice => format!("Call for {purpose} in {locale}"),
    };
    let mut layout = seat.layout(&title, "/templates");
    if let Some(why) = why {
        layout = layout.failed(why.text.clone());
    }
    let (path, medium) = (seat.path("/templates"), name.medium);
    match source {
        TemplateSource::Mail(mail) => {
            let mail = mail.clone();
            shown_as(why, &TemplateEditorPage { layout, path, purpose, locale, mail, warnings, is_kept })
        }
        TemplateSource::Text(text) | TemplateSource::Voice(text) => {
            let text = text.clone();
            let page =
                ShortTemplateEditorPage { layout, path, purpose, locale, medium, text, warnings, is_kept };
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
