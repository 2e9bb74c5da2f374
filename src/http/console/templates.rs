//! `/console/tenants/{tenant}/templates`: a tenant's own words, written beside what they become.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::tenants::template::{Finding, ListedTemplate, TemplateName, TemplateSource};
use crate::service::Refusal;

use super::super::AppState;
use super::super::client::ClientIp;
use super::super::v1::forms::{self, Wrong};
use super::done;
use super::form::Form;
use super::frame::{self, Frame};
use super::notice::Notice;
use super::refused::Refused;
use super::session::{Seat, refused};

#[derive(Template)]
#[template(path = "console/templates.html")]
struct List {
    frame: Frame,
    path: String,
    templates: Vec<ListedTemplate>,
    /// Languages that one purpose has a template in and another has not.
    gaps: Vec<Finding>,
    purposes: [Purpose; 4],
}

#[derive(Template)]
#[template(path = "console/template.html")]
struct Edit {
    frame: Frame,
    path: String,
    purpose: String,
    locale: String,
    source: TemplateSource,
    /// What was remarkable when it was saved.
    warnings: Vec<Finding>,
    is_kept: bool,
}

/// `GET`: what there is.
pub(super) async fn list(state: Data<AppState>, request: HttpRequest, seat: Seat) -> HttpResponse {
    let frame = Frame::seated(&seat, "Templates", "/templates").noticing(&request);
    match state.services.templates.list(&seat.tenant).await {
        Ok((templates, gaps)) => {
            let (path, purposes) = (seat.path("/templates"), Purpose::BUILT_IN);
            frame::page(StatusCode::OK, &List { frame, path, templates, gaps, purposes })
        }
        Err(refusal) => refused(&refusal),
    }
}

/// `GET …/edit`: the template of `purpose` and `locale`, or an empty one.
pub(super) async fn edit(state: Data<AppState>, request: HttpRequest, seat: Seat) -> HttpResponse {
    let (mut purpose, mut locale) = (String::new(), String::new());
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        match &*name {
            "purpose" => purpose = value.into_owned(),
            "locale" => locale = value.into_owned(),
            _ => {}
        }
    }
    let Ok(name) = forms::template(&purpose, &locale) else {
        return frame::not_found(Some(&seat.signed));
    };
    let empty = TemplateSource { subject: String::new(), text: String::new(), html: None };
    let page = Edit::of(&seat, &name, empty);
    match state.services.templates.find(&seat.tenant, name).await {
        Ok(kept) => {
            let page = Edit { source: kept.source, warnings: kept.warnings, is_kept: true, ..page };
            frame::page(StatusCode::OK, &page)
        }
        Err(Refusal::UnknownTemplate) => frame::page(StatusCode::OK, &page),
        Err(refusal) => refused(&refusal),
    }
}

/// `POST …/edit`: keeps it.
pub(super) async fn save(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let name = match forms::template(form.text("purpose"), form.text("locale")) {
        Ok(name) => name,
        Err(wrong) => return Refused::from(wrong).alone(),
    };
    let (source, client_ip) = (source(&form), ClientIp::of(&request));
    let again = |why: &Refused| {
        let page = Edit::of(&seat, &name, source.clone());
        why.page(&Edit { frame: page.frame.failed(why.text.clone()), ..page })
    };
    match state.services.templates.save(&seat.tenant, name.clone(), source.clone(), client_ip).await {
        Ok(_) => done(&seat.path("/templates"), Notice::TemplateSaved),
        Err(Refusal::InvalidTemplate(errors)) => again(&Refused::invalid(told(&errors))),
        Err(refusal) => again(&Refused::from(Wrong::from(refusal))),
    }
}

/// `POST …/delete`: the words that come with the program again.
pub(super) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    match remove(&state, &request, &seat, &form).await {
        Ok(()) => done(&seat.path("/templates"), Notice::TemplateDeleted),
        Err(wrong) => Refused::from(wrong).alone(),
    }
}

async fn remove(state: &AppState, request: &HttpRequest, seat: &Seat, form: &Form) -> Result<(), Wrong> {
    let name = forms::template(form.text("purpose"), form.text("locale"))?;
    Ok(state.services.templates.delete(&seat.tenant, name, ClientIp::of(request)).await?)
}

/// The template of a form. Browsers end lines with CR LF.
pub(super) fn source(form: &Form) -> TemplateSource {
    let part = |name: &str| form.text(name).replace("\r\n", "\n");
    let html = Some(part("html")).filter(|html| !html.trim().is_empty());
    TemplateSource { subject: part("subject"), text: part("text"), html }
}

/// Findings as sentences.
pub(super) fn told(findings: &[Finding]) -> String {
    let one = |finding: &Finding| match finding.pointer.trim_start_matches('/') {
        "" => finding.detail.clone(),
        part => format!("{part}: {}", finding.detail),
    };
    findings.iter().map(one).collect::<Vec<_>>().join("\n")
}

impl Edit {
    fn of(seat: &Seat, name: &TemplateName, source: TemplateSource) -> Self {
        let (purpose, locale) = (name.purpose.as_str().to_owned(), name.locale.to_string());
        let title = format!("Template for {purpose} in {locale}");
        Self {
            frame: Frame::seated(seat, &title, "/templates"),
            path: seat.path("/templates"),
            purpose,
            locale,
            source,
            warnings: Vec::new(),
            is_kept: false,
        }
    }
}
