//! The description of the templates.

use utoipa::OpenApi;

use super::{handlers, view};

/// The resource `/v1/tenant/templates`.
#[derive(OpenApi)]
#[openapi(
    tags((name = "templates", description = "The tenant's own words for its messages.")),
    paths(handlers::list, handlers::get, handlers::put, handlers::delete, handlers::lint, handlers::preview),
    components(schemas(
        view::TemplateBody,
        view::TemplateDraftBody,
        view::PreviewBody,
        view::FindingView,
        view::TemplateView,
        view::TemplatesView,
        view::ListedTemplateView,
        view::TemplateReportView,
        view::PreviewView,
    ))
)]
pub(crate) struct TemplatesDoc;
