//! Verbs about the tenants' own words.

use crate::domain::id::TenantId;
use crate::domain::reports::audit::Actor;
use crate::domain::tenants::template::{ListedTemplate, StoredTemplate, TemplateName};
use crate::domain::time::Timestamp;

use super::verb::Verb;

/// Templates. Each change of one is a change of its tenant, whose revision grows with it.
pub trait TemplateStore {
    /// Which templates a tenant has, in order of purpose and language.
    fn template_names(&self, tenant: TenantId) -> Verb<'_, Vec<TemplateName>>;

    /// The same, with what is told of them in a list.
    fn templates(&self, tenant: TenantId) -> Verb<'_, Vec<ListedTemplate>>;

    /// One of a tenant's templates.
    fn template(&self, tenant: TenantId, name: TemplateName) -> Verb<'_, Option<StoredTemplate>>;

    /// Keeps a template in the place of the one of its name, if there is one.
    fn save_template(&self, save: SaveTemplate) -> Verb<'_, Saved>;

    /// Deletes a template; `false` when there is none of this name.
    fn delete_template(
        &self,
        tenant: TenantId,
        name: TemplateName,
        by: Actor,
        now: Timestamp,
    ) -> Verb<'_, bool>;
}

/// A template to be kept.
#[derive(Clone, Debug)]
pub struct SaveTemplate {
    /// Whose.
    pub tenant: TenantId,
    /// The template.
    pub template: StoredTemplate,
    /// The most that the tenant may have.
    pub limit: usize,
    /// Who asked.
    pub by: Actor,
}

/// What came of keeping a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Saved {
    /// There was none of its name.
    Created,
    /// It stands in the place of another.
    Replaced,
    /// The tenant has as many as it may.
    Full,
}
