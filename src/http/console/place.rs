//! Whose things a page shows, as far as its links and its columns depend on it.

/// Everybody's, or those of one tenant.
pub(super) struct Place {
    /// Before the path of each page there.
    pub(super) base: String,
    /// Whether there are several tenants to be told apart.
    pub(super) all: bool,
}

impl Place {
    /// Where operators see everything.
    pub(super) fn everywhere() -> Self {
        Self { base: "/console".to_owned(), all: true }
    }

    /// Where one tenant's own is seen.
    pub(super) fn of(tenant: &str) -> Self {
        Self { base: format!("/console/tenants/{tenant}"), all: false }
    }
}
