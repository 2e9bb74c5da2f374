//! The verbs for the tenants' templates.

use crate::domain::id::TenantId;
use crate::domain::reports::actor::Actor;
use crate::domain::tenants::template::{ListedTemplate, StoredTemplate, TemplateName};
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Templates. Each change of one is a change of its tenant, whose revision grows with it.
pub trait TemplateStore {
    /// Returns the names of a tenant's templates, ordered by purpose and language.
    fn template_names(&self, tenant: TenantId) -> Verb<'_, Vec<TemplateName>>;

    /// Returns a tenant's templates as a list shows them, in the same order.
    fn templates(&self, tenant: TenantId) -> Verb<'_, Vec<ListedTemplate>>;

    /// Returns one of a tenant's templates.
    fn template(&self, tenant: TenantId, name: TemplateName) -> Verb<'_, Option<StoredTemplate>>;

    /// Stores a template, replacing the one of its name, if there is one.
    fn save_template(&self, save: SaveTemplate) -> Verb<'_, Saved>;

    /// Deletes a template. Returns `false` if there is none of this name.
    fn delete_template(
        &self,
        tenant: TenantId,
        name: TemplateName,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool>;
}

/// A template to store.
#[derive(Clone, Debug)]
pub struct SaveTemplate {
    /// The tenant.
    pub tenant: TenantId,
    /// The template.
    pub template: StoredTemplate,
    /// The maximum number of templates of the tenant.
    pub limit: usize,
    /// The actor.
    pub by: Actor,
}

/// The result of storing a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Saved {
    /// There was none of its name.
    Created,
    /// It replaced another.
    Replaced,
    /// The tenant has the maximum number.
    Full,
}
