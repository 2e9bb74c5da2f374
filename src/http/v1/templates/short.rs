//! Templates for text messages and calls, by the medium at the end of their path.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::challenges::purpose::Purpose;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{Medium, StoredTemplate, TemplateName};
use crate::domain::time::Timestamp;
use crate::service::Replaced;

use crate::http::shared::client::ClientIp;
use crate::http::shared::problems::rejection::Rejection;
use crate::http::state::AppState;
use crate::http::v1::bearer::Manager;
use crate::http::v1::body::JsonBody;
use crate::http::v1::error::{V1Error, V1Result};
use crate::http::v1::revision;

use super::bodies::ShortTemplateBody;
use super::handlers::named_for;
use super::view::{FindingView, findings};

/// The error for another medium in a path.
pub(super) const NOT_SHORT: &str = "medium is text or voice; a template for mails has no medium in its path";

/// A template for text messages or calls, as it was saved.
#[derive(Serialize, ToSchema)]
#[schema(as = ShortTemplate)]
pub(crate) struct ShortTemplateView {
    /// What the codes are for.
    purpose: Purpose,
    /// The language.
    locale: Locale,
    /// The kind of message.
    #[schema(value_type = Medium)]
    medium: &'static str,
    /// The text.
    #[schema(max_length = 16384)]
    text: String,
    /// When it was saved.
    updated_at: Timestamp,
    /// The warnings when it was saved.
    #[schema(max_items = 100)]
    warnings: Vec<FindingView>,
}

impl ShortTemplateView {
    pub(crate) fn of(template: &StoredTemplate) -> Self {
        Self {
            purpose: template.name.purpose.clone(),
            locale: template.name.locale.clone(),
            medium: template.name.medium.as_str(),
            text: template.source.text().to_owned(),
            updated_at: template.updated_at,
            warnings: findings(&template.warnings),
        }
    }
}

/// The name of a template in a path.
fn named(path: &Path<(String, String, String)>) -> Result<TemplateName, V1Error> {
    let (word, tag, medium) = path.as_ref();
    let medium = match Medium::parse(medium) {
        Some(medium @ (Medium::Text | Medium::Voice)) => medium,
        Some(Medium::Mail) | None => return Err(Rejection::field("/medium", NOT_SHORT).into()),
    };
    named_for(word, tag, medium)
}

/// `GET /v1/tenant/templates/{purpose}/{locale}/{medium}`: one template.
pub(crate) async fn get(
    state: Data<AppState>,
    Manager(tenant): Manager,
    path: Path<(String, String, String)>,
) -> V1Result {
    let template = state.services.templates.find(&tenant, named(&path)?).await?;
    Ok(revision::tagged(template.revision).json(ShortTemplateView::of(&template)))
}

/// `PUT /v1/tenant/templates/{purpose}/{locale}/{medium}`: saves a template.
pub(crate) async fn put(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String, String)>,
    JsonBody(body): JsonBody<ShortTemplateBody>,
) -> V1Result {
    let (name, client_ip) = (named(&path)?, ClientIp::of(&request));
    let source = body.source(name.medium);
    let saved = state.services.templates.save(&tenant, name, source, client_ip).await?;
    let status = match saved.replaced {
        Replaced::Nothing => StatusCode::CREATED,
        Replaced::Another => StatusCode::OK,
    };
    Ok(revision::tagged_as(status, saved.template.revision).json(ShortTemplateView::of(&saved.template)))
}

/// `DELETE /v1/tenant/templates/{purpose}/{locale}/{medium}`: deletes a template.
pub(crate) async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    Manager(tenant): Manager,
    path: Path<(String, String, String)>,
) -> V1Result {
    state.services.templates.delete(&tenant, named(&path)?, ClientIp::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}
