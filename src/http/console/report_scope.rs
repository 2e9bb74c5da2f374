//! The scope of a report, as far as its links and columns depend on it.

use crate::domain::tenants::tenant::TenantLabel;

/// The section to which the pages of a tenant belong.
pub(crate) const TENANTS: &str = "/console/tenants";

/// Everything, or one tenant.
pub(crate) struct ReportScope {
    /// The prefix of the paths.
    pub(crate) base: String,
    /// Whether the rows may belong to several tenants.
    pub(crate) all: bool,
    /// Tenants to choose from, if they may.
    pub(crate) tenants: Vec<TenantLabel>,
}

impl ReportScope {
    /// The reports of operators about everything.
    pub(crate) fn everywhere() -> Self {
        Self { base: "/console".to_owned(), all: true, tenants: Vec::new() }
    }

    /// The reports about one tenant.
    pub(crate) fn of(tenant: &str) -> Self {
        Self { base: format!("/console/tenants/{tenant}"), all: false, tenants: Vec::new() }
    }
}
