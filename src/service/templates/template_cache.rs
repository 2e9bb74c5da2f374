//! The template cache: a tenant's own texts, kept for as long as the tenant is cached.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::delivery::{MailContent, Message, Template};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::TenantId;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::{Medium, TemplateName};
use crate::domain::tenants::tenant::Tenant;
use crate::store::{Store, StoreError};

/// The purposes that have built-in texts.
const BUILT_IN: [&str; 4] = ["login", "verification", "password_reset", "transaction"];

/// The names of a tenant's templates; those that were used are parsed. For a tenant without any, a
/// lookup costs one check of an empty list.
#[derive(Debug)]
pub(in crate::service) struct TemplateCache {
    tenant: TenantId,
    names: Vec<TemplateName>,
    ready: Mutex<HashMap<TemplateName, Option<Arc<Template>>>>,
}

impl TemplateCache {
    /// Creates the cache of a tenant's current templates.
    pub(in crate::service) async fn of(store: &dyn Store, tenant: &Tenant) -> Result<Self, StoreError> {
        let names = store.template_names(tenant.id).await?;
        Ok(Self { tenant: tenant.id, names, ready: Mutex::default() })
    }

    /// Returns the tenant's template for `message`, if it has one.
    pub(in crate::service) async fn for_message(
        &self,
        store: &dyn Store,
        message: &Message,
    ) -> Option<Arc<Template>> {
        let medium = Medium::of(message.channel)?;
        self.find(store, &message.purpose, message.locale.as_ref(), medium).await
    }

    /// Returns the tenant's template that fits a message, if it has one. Because a code must go
    /// out, a template that cannot be read or used is skipped, and logged once.
    pub(in crate::service) async fn find(
        &self,
        store: &dyn Store,
        purpose: &Purpose,
        locale: Option<&Locale>,
        medium: Medium,
    ) -> Option<Arc<Template>> {
        let name = self.choose(purpose, locale, medium)?;
        if let Some(known) = self.ready().get(name) {
            return known.clone();
        }
        let stored = match store.template(self.tenant, name.clone()).await {
            Ok(stored) => stored?,
            Err(error) => {
                tracing::warn!(tenant = self.tenant.0, %error, "a template cannot be read");
                return None;
            }
        };
        let template = Template::parse(&stored.source).map(Arc::new).ok();
        if template.is_none() {
            let (purpose, locale, medium) =
                (name.purpose.as_str(), name.locale.as_str(), name.medium.as_str());
            tracing::warn!(
                tenant = self.tenant.0,
                purpose,
                locale,
                medium,
                "a template cannot be used any more"
            );
        }
        self.ready().insert(name.clone(), template.clone());
        template
    }

    fn ready(&self) -> std::sync::MutexGuard<'_, HashMap<TemplateName, Option<Arc<Template>>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the name of the template that fits best: in the nearest language that the reader
    /// understands. Built-in texts in that language take precedence over the tenant's in English.
    pub(in crate::service) fn choose(
        &self,
        purpose: &Purpose,
        locale: Option<&Locale>,
        medium: Medium,
    ) -> Option<&TemplateName> {
        if self.names.is_empty() {
            return None;
        }
        let purpose = self.words_for(purpose, medium);
        let asked = locale.unwrap_or(&Locale::ENGLISH);
        let chain = asked.fallbacks();
        let (english, near) = chain.split_last()?;
        let named = |locale: &Locale| {
            let is_it = |name: &&TemplateName| {
                name.purpose == *purpose && name.locale == *locale && name.medium == medium
            };
            self.names.iter().find(is_it)
        };
        near.iter().find_map(named).or_else(|| {
            let in_english = MailContent::nearest(asked) == *english;
            in_english.then(|| named(english)).flatten()
        })
    }

    /// Returns the purpose whose template is used: the purpose itself, or else verification, as
    /// with the built-in texts. This is the only place that decides it.
    fn words_for<'a>(&self, purpose: &'a Purpose, medium: Medium) -> &'a Purpose {
        let has_own = self.names.iter().any(|name| name.purpose == *purpose && name.medium == medium);
        if has_own || BUILT_IN.contains(&purpose.as_str()) { purpose } else { &Purpose::VERIFICATION }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(names: &[(&str, &str)]) -> TemplateCache {
        let named = |(purpose, tag): &(&str, &str)| TemplateName {
            purpose: Purpose::parse(purpose).unwrap(),
            locale: Locale::parse(tag).unwrap(),
            medium: Medium::Mail,
        };
        TemplateCache {
            tenant: TenantId(1),
            names: names.iter().map(named).collect(),
            ready: Mutex::default(),
        }
    }

    fn chosen(shelf: &TemplateCache, purpose: &str, tag: &str) -> String {
        let purpose = Purpose::parse(purpose).unwrap();
        let found = shelf.choose(&purpose, Locale::parse(tag).as_ref(), Medium::Mail);
        assert_eq!(shelf.choose(&purpose, Locale::parse(tag).as_ref(), Medium::Text), None);
        found.map_or("-".to_owned(), |name| format!("{} {}", name.purpose.as_str(), name.locale))
    }

    #[test]
    fn the_nearest_language_is_chosen_and_a_built_in_one_goes_before_english() {
        let shelf = shelf(&[("login", "en"), ("login", "pt"), ("login", "zh-Hant"), ("login", "en-GB")]);
        for (tag, name) in [
            ("", "login en"),
            ("en", "login en"),
            ("en-US", "login en"),
            ("en-GB", "login en-GB"),
            ("pt-BR", "login pt"),
            ("zh-TW", "login zh-Hant"),
            ("zh", "-"),
            ("de", "-"),
            ("tlh", "login en"),
        ] {
            assert_eq!(chosen(&shelf, "login", tag), name, "{tag}");
        }
        assert_eq!(chosen(&shelf, "transaction", "en"), "-");
    }

    #[test]
    fn a_purpose_of_the_tenants_own_is_a_verification_unless_it_has_words() {
        let shelf = shelf(&[("verification", "en"), ("delete_account", "en")]);
        assert_eq!(chosen(&shelf, "delete_account", "en"), "delete_account en");
        assert_eq!(chosen(&shelf, "change_mail", "en"), "verification en");
        assert_eq!(chosen(&shelf, "login", "en"), "-");
    }
}
