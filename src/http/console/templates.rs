//! `/console/tenants/{tenant}/templates`: a tenant's templates, edited beside their preview.

use std::collections::BTreeSet;
use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::tenants::template::{
    Finding, ListedTemplate, MailSource, Medium, TemplateName, TemplateSource,
};
use crate::service::{PreviewRequest, Refusal};

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;

use super::flash::Flash;
use super::form::Form;
use super::languages::LANGUAGES;
use super::layout::Layout;
use super::power::Looking;
use super::redirect::done;
use super::refused::Refused;
use super::session::{Seat, refused};
use super::template_editor::{Draft, editor};
use super::{bodies, page};

#[derive(Template)]
#[template(path = "console/templates.html")]
struct TemplatesPage {
    layout: Layout,
    path: String,
    templates: Vec<ListedTemplate>,
    /// Languages in which some purposes have a template and others do not.
    gaps: Vec<Finding>,
    /// The built-in purposes, and those that the tenant has settings or templates for.
    purposes: Vec<String>,
    languages: &'static [(&'static str, &'static str)],
    media: [(&'static str, &'static str); 3],
}

impl TemplatesPage {
    fn medium_name(medium: &Medium) -> &'static str {
        MEDIA.iter().find(|(word, _)| *word == medium.as_str()).map_or("", |(_, name)| name)
    }
}

/// `GET`: lists the templates.
pub(crate) async fn list(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    let layout = seat.layout("Templates", "/templates").flashing(&request);
    match state.services.templates.list(&seat.tenant).await {
        Ok((templates, gaps)) => {
            let path = seat.path("/templates");
            let own = state.services.tenants.profile(&seat.tenant).settings.purposes.into_keys();
            let named = templates.iter().map(|template| template.name.purpose.clone());
            let all: BTreeSet<_> = Purpose::BUILT_IN.into_iter().chain(own).chain(named).collect();
            let purposes = all.iter().map(|purpose| purpose.as_str().to_owned()).collect();
            let (languages, media) = (&LANGUAGES, MEDIA);
            page::page(
                StatusCode::OK,
                &TemplatesPage { layout, path, templates, gaps, purposes, languages, media },
            )
        }
        Err(refusal) => refused(&refusal),
    }
}

/// The media, as the form names them.
const MEDIA: [(&str, &str); 3] = [("email", "Mail"), ("text", "Text message"), ("voice", "Call")];

/// `GET …/edit`: the template of `purpose`, `locale` and `medium`, or the built-in words. A purpose and a language
/// that are typed come before those that are chosen.
pub(crate) async fn edit(state: Data<AppState>, request: HttpRequest, seat: Looking<Seat>) -> HttpResponse {
    let (mut purpose, mut locale, mut medium) = (String::new(), String::new(), String::new());
    for (name, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        let value = value.trim().to_owned();
        match &*name {
            "purpose" => purpose = value,
            "locale" => locale = value,
            "medium" => medium = value,
            "own_purpose" if !value.is_empty() => purpose = value,
            "own_locale" if !value.is_empty() => locale = value,
            _ => {}
        }
    }
    let name = match bodies::template(&purpose, &locale, &medium) {
        Ok(name) => name,
        Err(wrong) => return Refused::from(wrong).alone(),
    };
    let templates = &state.services.templates;
    match templates.find(&seat.tenant, name.clone()).await {
        Ok(kept) => {
            let warnings = kept.warnings.clone();
            editor(&seat, &name, Draft { warnings, is_kept: true, ..Draft::of(&kept.source) })
        }
        Err(Refusal::UnknownTemplate) => match templates.starter(&seat.tenant, &name) {
            Ok(source) => editor(&seat, &name, Draft::of(&source)),
            Err(refusal) => refused(&refusal),
        },
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
    let again = |why: &Refused| editor(&seat, &name, Draft { why: Some(why), ..Draft::of(&source) });
    match state.services.templates.save(&seat.tenant, name.clone(), source.clone(), client_ip).await {
        Ok(_) => done(&seat.path("/templates"), Flash::TemplateSaved),
        Err(Refusal::InvalidTemplate(errors)) => again(&Refused::invalid(sentences(&errors))),
        Err(refusal) => again(&Refused::from(Rejection::from(refusal))),
    }
}

/// `POST …/send`: sends what is written as a test, with a code that is never valid, and saves nothing.
pub(crate) async fn send(
    state: Data<AppState>,
    request: HttpRequest,
    seat: Seat,
    form: Form,
) -> HttpResponse {
    let name = match bodies::template(form.text("purpose"), form.text("locale"), form.text("medium")) {
        Ok(name) => name,
        Err(wrong) => return Refused::from(wrong).alone(),
    };
    let source = source(&form, name.medium);
    let draft = Draft { to: form.text("to"), ..Draft::of(&source) };
    match try_out(&state, &seat, (&name, &source), form.text("to"), ClientIp::of(&request)).await {
        Ok(()) => editor(&seat, &name, Draft { done: Some(SENT), ..draft }),
        Err(why) => editor(&seat, &name, Draft { why: Some(&why), ..draft }),
    }
}

const SENT: &str = "The test is sent. Its code is 123456, which is never valid.";

async fn try_out(
    state: &AppState,
    seat: &Seat,
    (name, source): (&TemplateName, &TemplateSource),
    to: &str,
    client_ip: Option<IpAddr>,
) -> Result<(), Refused> {
    let refused = |refusal: Refusal| match refusal {
        Refusal::InvalidTemplate(errors) => Refused::invalid(sentences(&errors)),
        refusal => Refused::from(Rejection::from(refusal)),
    };
    let to = bodies::any_recipient(to).map_err(Refused::from)?;
    let request = PreviewRequest {
        medium: name.medium,
        source: Some(source.clone()),
        purpose: name.purpose.clone(),
        locale: Some(name.locale.clone()),
        vars: Vars::default(),
    };
    let message = state.services.templates.sample_to(&seat.tenant, request, to).map_err(refused)?;
    match state.services.routes.send_sample(&seat.tenant, message, client_ip).await.map_err(refused)? {
        None => Ok(()),
        Some(why) => Err(Refused::invalid(format!("The test was not sent: {}.", why.advice()))),
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

/// The findings as sentences.
pub(crate) fn sentences(findings: &[Finding]) -> String {
    let one = |finding: &Finding| match finding.pointer.trim_start_matches('/') {
        "" => finding.detail.clone(),
        part => format!("{part}: {}", finding.detail),
    };
    findings.iter().map(one).collect::<Vec<_>>().join("\n")
}
