//! The shapes of both.

use utoipa::OpenApi;

use super::{audit, statistics};

/// The shapes of both.
#[derive(OpenApi)]
#[openapi(components(schemas(
    statistics::StatisticsView,
    statistics::GroupView,
    statistics::TimesView,
    audit::AuditView,
    audit::AuditRowView,
)))]
pub(crate) struct ReportShapesDoc;
