//! Templates: `/v1/tenant/templates`, for keys with the scope `manage`.

mod doc;
mod view;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::tenants::template::TemplateName;
use crate::service::{PreviewRequest, Replaced};

use super::super::AppState;
use super::super::client::ClientIp;
use super::bearer::Manager;
use super::body::Body;
use super::error::{Answer, V1Error};
use super::fields::{locale, purpose, vars};
use view::{Draft, ListView, PreviewBody, PreviewView, ReportView, TemplateBody, TemplateView};

pub(super) use doc::TemplatesDoc;

/// The template of a path, in the usual writing.
fn named(path: &Path<(String, String)>) -> Result<TemplateName, V1Error> {
    let (word, tag) = path.as_ref();
    let locale = locale(Some(tag))?.unwrap_or(crate::domain::locale::Locale::ENGLISH);
    Ok(TemplateName { purpose: purpose(Some(word))?, locale })
}

/// `GET /v1/tenant/templates`: what there is.
#[utoipa::path(
    get,
    path = "/v1/tenant/templates",
    operation_id = "listTemplates",
    tag = "templates",
    summary = "List the templates",
    description = "In order of purpose and language, with what is remarkable about each, and about all.",
    security(("secretKey" = [])),
    responses(doc::Listed)
)]
pub(super) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> Answer {
    let (templates, gaps) = state.services.templates.list(&tenant).await?;
    Ok(HttpResponse::Ok().json(ListView::of(&templates, &gaps)))
}

/// `GET /v1/tenant/templates/{purpose}/{locale}`: one of them.
#[utoipa::path(
    get,
    path = "/v1/tenant/templates/{purpose}/{locale}",
    operation_id = "getTemplate",
    tag = "templates",
    summary = "Look at a template",
    description = "As it was written. There is no fallback: the language has to be that of the template.",
    security(("secretKey" = [])),
    params(doc::Named),
    responses(doc::Shown)
)]
pub(super) async fn get(
    state: Data<AppState>,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> Answer {
    let template = state.services.templates.find(&tenant, named(&path)?).await?;
    Ok(HttpResponse::Ok().json(TemplateView::of(&template)))
}

/// `PUT /v1/tenant/templates/{purpose}/{locale}`: keeps one.
#[utoipa::path(
    put,
    path = "/v1/tenant/templates/{purpose}/{locale}",
    operation_id = "putTemplate",
    tag = "templates",
    summary = "Save a template",
    description = "In the place of the one that is there. One with errors is refused, each with the part that it \
                   is in; the next message uses one without.",
    security(("secretKey" = [])),
    params(doc::Named),
    request_body(content = TemplateBody, example = json!(doc::sample())),
    responses(doc::Kept)
)]
pub(super) async fn put(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
    Body(body): Body<TemplateBody>,
) -> Answer {
    let client_ip = ClientIp::of(&request);
    let saved = state.services.templates.save(&tenant, named(&path)?, body.source(), client_ip).await?;
    let mut answer = match saved.replaced {
        Replaced::Nothing => HttpResponse::Created(),
        Replaced::Another => HttpResponse::Ok(),
    };
    Ok(answer.json(TemplateView::of(&saved.template)))
}

/// `DELETE /v1/tenant/templates/{purpose}/{locale}`: the words that come with the program again.
#[utoipa::path(
    delete,
    path = "/v1/tenant/templates/{purpose}/{locale}",
    operation_id = "deleteTemplate",
    tag = "templates",
    summary = "Delete a template",
    description = "The next message falls back to another one, or to the words that come with the program.",
    security(("secretKey" = [])),
    params(doc::Named),
    responses(doc::Deleted)
)]
pub(super) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> Answer {
    state.services.templates.delete(&tenant, named(&path)?, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /v1/tenant/templates/lint`: what there is to say about one.
#[utoipa::path(
    post,
    path = "/v1/tenant/templates/lint",
    operation_id = "lintTemplate",
    tag = "templates",
    summary = "Check a template",
    description = "Nothing is kept. Errors keep a template from being saved; warnings do not.",
    security(("secretKey" = [])),
    request_body(content = Draft, example = json!(doc::sample())),
    responses(doc::Linted)
)]
pub(super) async fn lint(state: Data<AppState>, Manager(tenant): Manager, Body(body): Body<Draft>) -> Answer {
    let report = state.services.templates.lint(&tenant, &body.source()).await?;
    Ok(HttpResponse::Ok().json(ReportView::of(&report)))
}

/// `POST /v1/tenant/templates/preview`: what a recipient would see.
#[utoipa::path(
    post,
    path = "/v1/tenant/templates/preview",
    operation_id = "previewTemplate",
    tag = "templates",
    summary = "Render a template",
    description = "The template of the body, or, without `subject`, `text` and `html`, the words that a message \
                   of this purpose and language would be given now. Nothing is sent, and the code is a sample.",
    security(("secretKey" = [])),
    request_body(content = PreviewBody, example = json!({ "purpose": "login", "locale": "de" })),
    responses(doc::Previewed)
)]
pub(super) async fn preview(
    state: Data<AppState>,
    Manager(tenant): Manager,
    Body(body): Body<PreviewBody>,
) -> Answer {
    let request = PreviewRequest {
        source: body.source(),
        purpose: purpose(body.purpose.as_deref())?,
        locale: locale(body.locale.as_deref())?,
        vars: vars(body.vars)?,
    };
    let preview = state.services.templates.preview(&tenant, request).await?;
    Ok(HttpResponse::Ok().json(PreviewView::of(preview)))
}
