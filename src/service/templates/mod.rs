//! Templates: a tenant's own texts.

mod preview;
pub(in crate::service) mod template_cache;
pub(in crate::service) mod tenant_templates;

pub use preview::PreviewRequest;
pub use tenant_templates::{Replaced, SavedTemplate, Templates};
