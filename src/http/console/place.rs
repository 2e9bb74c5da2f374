//! Whose things a page shows, as far as its links and its columns depend on it.

/// The section to which the pages of a tenant belong.
pub(crate) const TENANTS: &str = "/console/tenants";

/// Everybody's, or those of one tenant.
pub(crate) struct Place {
    /// Before the path of each page there.
    pub(crate) base: String,
    /// Whether there are several tenants to be told apart.
    pub(crate) all: bool,
}

impl Place {
    /// Where operators see everything.
    pub(crate) fn everywhere() -> Self {
        Self { base: "/console".to_owned(), all: true }
    }

    /// Where one tenant's own is seen.
    pub(crate) fn of(tenant: &str) -> Self {
        Self { base: format!("/console/tenants/{tenant}"), all: false }
    }
}
