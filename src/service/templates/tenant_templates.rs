//! Templates: managing, checking and previewing a tenant's own texts.

use crate::domain::challenges::channel::ChannelKind;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use crate::delivery::{MailContent, Message, Template};
use crate::domain::address::Address;
use crate::domain::challenges::code::Code;
use crate::domain::challenges::purpose::Purpose;
use crate::domain::challenges::vars::Vars;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{
    Finding, ListedTemplate, MAX_TEMPLATES, Preview, Report, StoredTemplate, TemplateName, TemplateSource,
};
use crate::domain::time::Clock;
use crate::service::parts::Parts;
use crate::service::refusal::Refusal;
use crate::service::shared::Shared;
use crate::service::tenants::authenticated::AuthenticatedTenant;
use crate::service::tenants::directory::Directory;
use crate::store::{SaveTemplate, Saved, Store};

use super::template_cache::TemplateCache;

/// The code in previews. It is never valid.
const SAMPLE_CODE: &str = "123456";
/// The recipient in previews.
const SAMPLE_RECIPIENT: &str = "jane@example.com";
/// The maximum number of gaps in a report.
const MAX_GAPS: usize = 20;

/// A request for a preview.
#[derive(Debug)]
pub struct PreviewRequest {
    /// A template that need not be stored; `None` for the one that a message would use now.
    pub source: Option<TemplateSource>,
    /// The purpose of the code.
    pub purpose: Purpose,
    /// The language of the recipient.
    pub locale: Option<Locale>,
    /// The tenant's variables.
    pub vars: Vars,
}

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
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    directory: Arc<Directory>,
}

impl Templates {
    pub(in crate::service) fn new(parts: &Parts, shared: &Shared) -> Self {
        Self {
            store: Arc::clone(&parts.store),
            clock: Arc::clone(&parts.clock),
            directory: Arc::clone(&shared.directory),
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

    /// Stores a template without errors, replacing the one of its name. The next message uses it.
    pub async fn save(
        &self,
        tenant: &AuthenticatedTenant,
        name: TemplateName,
        source: TemplateSource,
        client_ip: Option<IpAddr>,
    ) -> Result<SavedTemplate, Refusal> {
        let Report { errors, warnings } = Template::lint(&source);
        if !errors.is_empty() {
            return Err(Refusal::InvalidTemplate(errors));
        }
        let template = StoredTemplate { name, source, warnings, updated_at: self.clock.now() };
        let (by, limit) = (tenant.actor(client_ip), MAX_TEMPLATES);
        let save = SaveTemplate { tenant: tenant.id(), template: template.clone(), limit, by };
        let replaced = match self.store.save_template(save).await? {
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
        if !self.store.delete_template(tenant.id(), name, by, self.clock.now()).await? {
            return Err(Refusal::UnknownTemplate);
        }
        self.directory.forget(tenant.id());
        Ok(())
    }

    /// Checks a template, and reports the languages that the tenant's own templates lack.
    pub async fn lint(
        &self,
        tenant: &AuthenticatedTenant,
        source: &TemplateSource,
    ) -> Result<Report, Refusal> {
        let mut report = Template::lint(source);
        report.warnings.extend(gaps(&self.store.template_names(tenant.id()).await?));
        Ok(report)
    }

    /// Returns a message as it would be sent, with a sample code.
    pub async fn preview(
        &self,
        tenant: &AuthenticatedTenant,
        request: PreviewRequest,
    ) -> Result<Preview, Refusal> {
        let asked = request.locale.clone().unwrap_or(Locale::ENGLISH);
        let words = tenant.policy(&request.purpose).template(&request.purpose);
        let (template, own_locale) = match &request.source {
            Some(source) => {
                let parsed =
                    Template::parse(source).map_err(|report| Refusal::InvalidTemplate(report.errors))?;
                (Some(Arc::new(parsed)), asked.clone())
            }
            None => {
                let shelf = TemplateCache::of(self.store.as_ref(), tenant.row()).await?;
                let found = shelf.find(self.store.as_ref(), words, Some(&asked)).await;
                let name = shelf.choose(words, Some(&asked));
                (found, name.map_or(asked.clone(), |name| name.locale.clone()))
            }
        };
        let content = self.content(tenant, template, request).ok_or(Refusal::UnknownTemplate)?;
        let locale = if content.is_own { own_locale } else { MailContent::nearest(&asked) };
        let MailContent { subject, text, html, is_own, .. } = content;
        Ok(Preview { subject, text, html, locale, is_own })
    }

    /// Returns the content of a message that would be sent now. `None` cannot occur, since the
    /// sample recipient is valid.
    fn content(
        &self,
        tenant: &AuthenticatedTenant,
        template: Option<Arc<Template>>,
        request: PreviewRequest,
    ) -> Option<MailContent> {
        let now = self.clock.now();
        let policy = tenant.policy(&request.purpose);
        let message = Message {
            id: String::new(),
            recipient: Address::parse(SAMPLE_RECIPIENT).ok()?,
            channel: ChannelKind::Email,
            code: Code::from_sealed(SAMPLE_CODE.to_owned()),
            purpose: policy.template(&request.purpose).clone(),
            locale: request.locale,
            vars: request.vars,
            template,
            created_at: now,
            expires_at: now + policy.code.ttl(),
            callback: None,
        };
        MailContent::of(tenant.name(), &message).ok()
    }
}

/// Reports, for each purpose that has templates, the languages of the others that it has no template for.
fn gaps<'a>(names: impl IntoIterator<Item = &'a TemplateName>) -> Vec<Finding> {
    let names: BTreeSet<(&str, &str)> =
        names.into_iter().map(|name| (name.purpose.as_str(), name.locale.as_str())).collect();
    let purposes: BTreeSet<_> = names.iter().map(|(purpose, _)| *purpose).collect();
    let locales: BTreeSet<_> = names.iter().map(|(_, locale)| *locale).collect();
    let pairs = purposes.iter().flat_map(|purpose| locales.iter().map(move |locale| (*purpose, *locale)));
    let missing = pairs.filter(|pair| !names.contains(pair)).take(MAX_GAPS);
    let findings = missing.map(|(purpose, locale)| Finding {
        pointer: String::new(),
        detail: format!("{purpose} has no template in {locale}, which another purpose has: it falls back"),
    });
    findings.collect()
}
