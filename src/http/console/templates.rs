//! `/console/tenants/{tenant}/templates`: a tenant's templates, edited beside their preview.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::tenants::template::{Finding, ListedTemplate, TemplateName, TemplateSource};
use crate::service::Refusal;

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::layout::Layout;
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
}

#[derive(Template)]
#[template(path = "console/template.html")]
struct TemplateEditorPage {
    layout: Layout,
    path: String,
    purpose: String,
    locale: String,
    source: TemplateSource,
    /// The warnings when it was saved.
    warnings: Vec<Finding>,
    is_kept: bool,
}

/// `GET`: lists the templates.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Seat) -> HttpResponse {
    let layout = seat.layout("Templates", "/templates").flashing(&request);
    match state.services.templates.list(&seat.tenant).await {
        Ok((templates, gaps)) => {
            let (path, purposes) = (seat.path("/templates"), Purpose::BUILT_IN);
            page::page(StatusCode::OK, &TemplatesPage { layout, path, templates, gaps, purposes })
        }
        Err(refusal) => refused(&refusal),
    }
}

/// `GET …/edit`: the template of `purpose` and `locale`, or an empty one.
pub(crate) async fn edit(state: Data<AppState>, request: HttpRequest, seat: Seat) -> HttpResponse {
    let (mut purpose, mut locale) = (String::new(), String::new());
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        match &*name {
            "purpose" => purpose = value.into_owned(),
            "locale" => locale = value.into_owned(),
            _ => {}
        }
    }
    let Ok(name) = bodies::template(&purpose, &locale) else {
        return page::not_found(Some(&seat.signed));
    };
    let empty = TemplateSource { subject: String::new(), text: String::new(), html: None };
    let page = TemplateEditorPage::of(&seat, &name, empty);
    match state.services.templates.find(&seat.tenant, name).await {
        Ok(kept) => {
            let page =
                TemplateEditorPage { source: kept.source, warnings: kept.warnings, is_kept: true, ..page };
            page::page(StatusCode::OK, &page)
        }
        Err(Refusal::UnknownTemplate) => page::page(StatusCode::OK, &page),
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
    let name = match bodies::template(form.text("purpose"), form.text("locale")) {
        Ok(name) => name,
        Err(wrong) => return Refused::from(wrong).alone(),
    };
    let (source, client_ip) = (source(&form), ClientIp::of(&request));
    let again = |why: &Refused| {
        let page = TemplateEditorPage::of(&seat, &name, source.clone());
        why.page(&TemplateEditorPage { layout: page.layout.failed(why.text.clone()), ..page })
    };
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
    let name = bodies::template(form.text("purpose"), form.text("locale"))?;
    Ok(state.services.templates.delete(&seat.tenant, name, ClientIp::of(request)).await?)
}

/// The template in a form. Browsers end lines with CR LF.
pub(crate) fn source(form: &Form) -> TemplateSource {
    let part = |name: &str| form.text(name).replace("\r\n", "\n");
    let html = Some(part("html")).filter(|html| !html.trim().is_empty());
    TemplateSource { subject: part("subject"), text: part("text"), html }
}

/// The findings as sentences.
pub(crate) fn sentences(findings: &[Finding]) -> String {
    let one = |finding: &Finding| match finding.pointer.trim_start_matches('/') {
        "" => finding.detail.clone(),
        part => format!("{part}: {}", finding.detail),
    };
    findings.iter().map(one).collect::<Vec<_>>().join("\n")
}

impl TemplateEditorPage {
    fn of(seat: &Seat, name: &TemplateName, source: TemplateSource) -> Self {
        let (purpose, locale) = (name.purpose.as_str().to_owned(), name.locale.to_string());
        let title = format!("Template for {purpose} in {locale}");
        Self {
            layout: seat.layout(&title, "/templates"),
            path: seat.path("/templates"),
            purpose,
            locale,
            source,
            warnings: Vec::new(),
            is_kept: false,
        }
    }
}
