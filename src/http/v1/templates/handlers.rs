//! The handlers of templates.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::domain::locale::Locale;
use crate::domain::tenants::template::{Medium, TemplateName};
use crate::service::{PreviewRequest, Replaced};

use crate::http::shared::bodies::fields::{locale, purpose, vars};
use crate::http::shared::client::ClientIp;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::revision;

use super::bodies::{PreviewBody, TemplateBody, TemplateDraftBody};
use super::view::{PreviewView, TemplateReportView, TemplateView, TemplatesView};

/// The name of a template for mails in a path; the language in its canonical form.
fn named(path: &Path<(String, String)>) -> Result<TemplateName, V1Error> {
    let (word, tag) = path.as_ref();
    named_for(word, tag, Medium::Mail)
}

/// The name of a template for `medium`; the language in its canonical form.
pub(super) fn named_for(word: &str, tag: &str, medium: Medium) -> Result<TemplateName, V1Error> {
    let locale = locale(Some(tag))?.unwrap_or(Locale::ENGLISH);
    Ok(TemplateName { purpose: purpose(Some(word))?, locale, medium })
}

/// `GET /v1/tenant/templates`: lists the templates.
pub(crate) async fn list(state: Data<AppState>, Manager(tenant): Manager) -> V1Result {
    let (templates, gaps) = state.services.templates.list(&tenant).await?;
    Ok(HttpResponse::Ok().json(TemplatesView::of(&templates, &gaps)))
}

/// `GET /v1/tenant/templates/{purpose}/{locale}`: one template.
pub(crate) async fn get(
    state: Data<AppState>,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> V1Result {
    let template = state.services.templates.find(&tenant, named(&path)?).await?;
    Ok(revision::tagged(template.revision).json(TemplateView::of(&template)))
}

/// `PUT /v1/tenant/templates/{purpose}/{locale}`: saves a template.
pub(crate) async fn put(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
    JsonBody(body): JsonBody<TemplateBody>,
) -> V1Result {
    let client_ip = ClientIp::of(&request);
    let saved = state.services.templates.save(&tenant, named(&path)?, body.source(), client_ip).await?;
    let status = match saved.replaced {
        Replaced::Nothing => StatusCode::CREATED,
        Replaced::Another => StatusCode::OK,
    };
    Ok(revision::tagged_as(status, saved.template.revision).json(TemplateView::of(&saved.template)))
}

/// `DELETE /v1/tenant/templates/{purpose}/{locale}`: deletes a template.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String)>,
) -> V1Result {
    state.services.templates.delete(&tenant, named(&path)?, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /v1/tenant/templates/lint`: the findings about a template.
pub(crate) async fn lint(
    state: Data<AppState>,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<TemplateDraftBody>,
) -> V1Result {
    let language = locale(body.locale.as_deref())?.unwrap_or(Locale::ENGLISH);
    let report = state.services.templates.lint(&tenant, &body.source()?, &language).await?;
    Ok(HttpResponse::Ok().json(TemplateReportView::of(&report)))
}

/// `POST /v1/tenant/templates/preview`: the message that a recipient would see.
pub(crate) async fn preview(
    state: Data<AppState>,
    Manager(tenant): Manager,
    JsonBody(body): JsonBody<PreviewBody>,
) -> V1Result {
    let request = PreviewRequest {
        medium: body.medium()?,
        source: body.source()?,
        purpose: purpose(body.purpose.as_deref())?,
        locale: locale(body.locale.as_deref())?,
        vars: vars(body.vars)?,
    };
    let preview = state.services.templates.preview(&tenant, request).await?;
    Ok(HttpResponse::Ok().json(PreviewView::of(preview)))
}
