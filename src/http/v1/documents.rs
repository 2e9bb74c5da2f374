//! The descriptions of all resources.

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use super::{admin, challenges, reports, sandbox, templates, tenant, webhooks};

/// The descriptions of the resources, in the order in which they are shown.
pub(crate) fn documents() -> Vec<OpenApi> {
    vec![
        challenges::document::ChallengesDoc::openapi(),
        challenges::results::ResultsDoc::openapi(),
        tenant::profile::TenantDoc::openapi(),
        tenant::logo::LogoDoc::openapi(),
        tenant::keys::KeysDoc::openapi(),
        tenant::smtp::handlers::SmtpDoc::openapi(),
        templates::document::TemplatesDoc::openapi(),
        webhooks::document::WebhookDoc::openapi(),
        tenant::reports::TenantReportsDoc::openapi(),
        tenant::recipients::RecipientsDoc::openapi(),
        reports::document::ReportShapesDoc::openapi(),
        sandbox::document::SandboxDoc::openapi(),
        admin::tenants::AdminDoc::openapi(),
        admin::keys::AdminKeysDoc::openapi(),
        admin::reports::AdminReportsDoc::openapi(),
    ]
}
