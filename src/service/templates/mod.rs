//! Templates: a tenant's own texts.

pub(in crate::service) mod template_cache;
pub(in crate::service) mod tenant_templates;

pub use tenant_templates::{PreviewRequest, Replaced, SavedTemplate, Templates};
