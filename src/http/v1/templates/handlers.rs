//! The handlers of templates.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::tenants::template::TemplateName;
use crate::service::{PreviewRequest, Replaced};

use crate::http::shared::bodies::fields::{locale, purpose, vars};
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};

use super::responses;
use super::view::{
    PreviewBody, PreviewView, TemplateBody, TemplateDraftBody, TemplateReportView, TemplateView,
    TemplatesView,
};

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
    responses(responses::Listed)
)]
pub(crate) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let (templates, gaps) = state.services.templates.list(&tenant).await?;
    Ok(HttpResponse::Ok().json(TemplatesView::of(&templates, &gaps)))
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
    params(responses::TemplateInPath),
    responses(responses::Shown)
)]
pub(crate) async fn get(
    state: Data<AppState>,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> V1Result {
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
    params(responses::TemplateInPath),
    request_body(content = TemplateBody, example = json!(responses::sample())),
    responses(responses::Kept)
)]
pub(crate) async fn put(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
    JsonBody(body): JsonBody<TemplateBody>,
) -> V1Result {
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
    params(responses::TemplateInPath),
    responses(responses::Deleted)
)]
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> V1Result {
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
    request_body(content = TemplateDraftBody, example = json!(responses::sample())),
    responses(responses::Linted)
)]
pub(crate) async fn lint(
    state: Data<AppState>,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<TemplateDraftBody>,
) -> V1Result {
    let report = state.services.templates.lint(&tenant, &body.source()).await?;
    Ok(HttpResponse::Ok().json(TemplateReportView::of(&report)))
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
    responses(responses::Previewed)
)]
pub(crate) async fn preview(
    state: Data<AppState>,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<PreviewBody>,
) -> V1Result {
    let request = PreviewRequest {
        source: body.source(),
        purpose: purpose(body.purpose.as_deref())?,
        locale: locale(body.locale.as_deref())?,
        vars: vars(body.vars)?,
    };
    let preview = state.services.templates.preview(&tenant, request).await?;
    Ok(HttpResponse::Ok().json(PreviewView::of(preview)))
}
