//! A tenant in a table: by name, with the handle beside.

use crate::domain::tenants::tenant::TenantLabel;

/// A tenant in a table; empty for none.
#[derive(Clone, Default)]
pub(crate) struct TenantCell {
    pub(crate) handle: String,
    /// The name, or the handle of a tenant without one.
    pub(crate) name: String,
}

impl TenantCell {
    pub(crate) fn of(label: Option<&TenantLabel>) -> Self {
        let Some(label) = label else { return Self::default() };
        let handle = label.handle.to_string();
        let name = if label.name.is_empty() { handle.clone() } else { label.name.clone() };
        Self { handle, name }
    }
}
