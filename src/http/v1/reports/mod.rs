//! Numbers and the audit trail: what the tenant's routes and the operator's have in common.

pub(super) mod audit;
mod csv;
pub(super) mod statistics;
pub(super) mod statistics_query;

use utoipa::OpenApi;

/// The shapes of both.
#[derive(OpenApi)]
#[openapi(components(schemas(
    statistics::StatisticsView,
    statistics::GroupView,
    statistics::TimesView,
    audit::AuditView,
    audit::AuditRowView,
)))]
pub(super) struct ReportDoc;
