//! Templates: managing, checking and previewing a tenant's own texts.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use crate::delivery::{Look, Setting, Template};
use crate::domain::conditions::Subject;
use crate::domain::id::IdGenerator;
use crate::domain::locale::Locale;
use crate::domain::sms::CodeHost;
use crate::domain::tenants::template::{
    Finding, ListedTemplate, MAX_TEMPLATES, Medium, Report, StoredTemplate, TemplateName, TemplateSource,
};
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::routes::sealed_routes::look;
use crate::service::rules::Rules;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::directory::Directory;
use crate::store::{SaveTemplate, Saved, Store};

/// The maximum number of gaps in a report.
const MAX_GAPS: usize = 20;

/// A template that was stored.
#[derive(Debug)]
pub struct SavedTemplate {
    /// The template.
    pub template: StoredTemplate,
    /// What it replaced.
    pub replaced: Replaced,
}

/// The previous state in place of a stored template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replaced {
    /// Nothing: it is new.
    Nothing,
    /// A template of the same name.
    Another,
}

/// The templates of tenants.
pub struct Templates {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    ids: Arc<IdGenerator>,
    directory: Arc<Directory>,
    rules: Arc<Rules>,
}

impl Templates {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
            directory: Arc::clone(&shared.directory),
            rules: Arc::clone(&parts.rules),
        }
    }
}

impl Templates {
    /// Returns the tenant's templates, and the languages that some of its purposes lack.
    pub async fn list(
        &self,
        tenant: &AuthenticatedTenant,
    ) -> Result<(Vec<ListedTemplate>, Vec<Finding>), Refusal> {
        let templates = self.store.templates(tenant.id()).await?;
        let gaps = gaps(templates.iter().map(|template| &template.name));
        Ok((templates, gaps))
    }

    /// Returns one of the tenant's templates.
    pub async fn find(
        &self,
        tenant: &AuthenticatedTenant,
        name: TemplateName,
    ) -> Result<StoredTemplate, Refusal> {
        self.store.template(tenant.id(), name).await?.ok_or(Refusal::UnknownTemplate)
    }

    /// Returns the built-in words as a template for this name, to start from.
    pub fn starter(
        &self,
        tenant: &AuthenticatedTenant,
        name: &TemplateName,
    ) -> Result<TemplateSource, Refusal> {
        let hosts = self.hosts(tenant);
        let look = self.look(tenant);
        let setting = Self::setting(tenant, &name.locale, &hosts, &look);
        Template::starter(&name.purpose, name.medium, &setting).map_err(|_| Refusal::UnknownTemplate)
    }

    /// Stores a template without errors, replacing the one of its name and medium. The next message
    /// uses it.
    pub async fn save(
        &self,
        tenant: &AuthenticatedTenant,
        name: TemplateName,
        source: TemplateSource,
        client_ip: Option<IpAddr>,
    ) -> Result<SavedTemplate, Refusal> {
        let name = TemplateName { medium: source.medium(), ..name };
        let hosts = self.hosts(tenant);
        let Report { errors, warnings } =
            Template::lint(&source, &Self::setting(tenant, &name.locale, &hosts, &self.look(tenant)));
        if !errors.is_empty() {
            return Err(Refusal::InvalidTemplate(errors));
        }
        let now = self.clock.now();
        let template =
            StoredTemplate { name, source, warnings, updated_at: now, revision: self.ids.next(now) };
        let (by, limit) = (tenant.actor(client_ip), MAX_TEMPLATES);
        let store = self.changing(tenant, &template.name);
        let save = SaveTemplate { tenant: tenant.id(), template: template.clone(), limit, by };
        let replaced = match store.save_template(save).await? {
            Saved::Created => Replaced::Nothing,
            Saved::Replaced => Replaced::Another,
            Saved::Full => return Err(Refusal::TooManyTemplates),
        };
        self.directory.forget(tenant.id());
        Ok(SavedTemplate { template, replaced })
    }

    /// Deletes one of the tenant's templates. The next message no longer uses it.
    pub async fn delete(
        &self,
        tenant: &AuthenticatedTenant,
        name: TemplateName,
        client_ip: Option<IpAddr>,
    ) -> Result<(), Refusal> {
        let by = tenant.actor(client_ip);
        let store = self.changing(tenant, &name);
        if !store.delete_template(tenant.id(), name, by, self.clock.now()).await? {
            return Err(Refusal::UnknownTemplate);
        }
        self.directory.forget(tenant.id());
        Ok(())
    }

    /// Returns the store for a change of a template.
    fn changing(&self, tenant: &AuthenticatedTenant, name: &TemplateName) -> Arc<dyn Store> {
        tenant.conditions().over(&self.store).of(tenant.id(), Subject::Template(name.clone())).store()
    }

    /// Checks a template in `locale`, and reports the languages that the tenant's own templates lack.
    pub async fn lint(
        &self,
        tenant: &AuthenticatedTenant,
        source: &TemplateSource,
        locale: &Locale,
    ) -> Result<Report, Refusal> {
        let hosts = self.hosts(tenant);
        let look = self.look(tenant);
        let mut report = Template::lint(source, &Self::setting(tenant, locale, &hosts, &look));
        report.warnings.extend(gaps(&self.store.template_names(tenant.id()).await?));
        Ok(report)
    }

    /// Returns what surrounds the tenant's templates in `locale`, for `hosts`.
    fn setting<'a>(
        tenant: &'a AuthenticatedTenant,
        locale: &'a Locale,
        hosts: &'a [CodeHost],
        look: &'a Look,
    ) -> Setting<'a> {
        Setting { name: tenant.name(), locale, hosts, look }
    }

    /// Returns how the tenant's built-in mails look.
    pub(super) fn look(&self, tenant: &AuthenticatedTenant) -> Look {
        look(tenant.row(), self.rules.pictures_url.as_ref())
    }

    /// Returns the hosts of the pages on which the tenant's codes may be typed.
    fn hosts(&self, tenant: &AuthenticatedTenant) -> Vec<CodeHost> {
        let own = &tenant.row().settings.allowed_origins;
        own.iter().chain(self.rules.public_url.as_ref()).filter_map(CodeHost::of).collect()
    }
}

/// Reports, for each purpose that has templates, the languages of the others of its medium that it
/// has no template for.
fn gaps<'a>(names: impl IntoIterator<Item = &'a TemplateName>) -> Vec<Finding> {
    let mut by_medium: BTreeMap<Medium, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for name in names {
        by_medium.entry(name.medium).or_default().insert((name.purpose.as_str(), name.locale.as_str()));
    }
    let gaps = by_medium.into_iter().flat_map(|(medium, names)| gaps_of(medium, &names));
    gaps.take(MAX_GAPS).collect()
}

fn gaps_of(medium: Medium, names: &BTreeSet<(&str, &str)>) -> Vec<Finding> {
    let purposes: BTreeSet<_> = names.iter().map(|(purpose, _)| *purpose).collect();
    let locales: BTreeSet<_> = names.iter().map(|(_, locale)| *locale).collect();
    let pairs = purposes.iter().flat_map(|purpose| locales.iter().map(move |locale| (*purpose, *locale)));
    let kind = match medium {
        Medium::Mail => "template",
        Medium::Text => "template for text messages",
        Medium::Voice => "template for calls",
    };
    let missing = pairs.filter(|pair| !names.contains(pair)).take(MAX_GAPS);
    let findings = missing.map(|(purpose, locale)| Finding {
        pointer: String::new(),
        detail: format!("{purpose} has no {kind} in {locale}, which another purpose has: it falls back"),
    });
    findings.collect()
}
