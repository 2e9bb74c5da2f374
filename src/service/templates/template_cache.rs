//! The shelf: a tenant's own words, at hand for as long as the tenant is remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::delivery::{MailContent, Template};
use crate::domain::challenges::purpose::Purpose;
use crate::domain::id::TenantId;
use crate::domain::locale::Locale;
use crate::domain::tenants::template::TemplateName;
use crate::domain::tenants::tenant::Tenant;
use crate::store::{Store, StoreError};

/// The purposes that have words of their own among those that come with the program.
const BUILT_IN: [&str; 4] = ["login", "verification", "password_reset", "transaction"];

/// Which templates a tenant has; those that were used are ready. A tenant without any costs one look
/// at an empty list.
#[derive(Debug)]
pub(in crate::service) struct TemplateCache {
    tenant: TenantId,
    names: Vec<TemplateName>,
    ready: Mutex<HashMap<TemplateName, Option<Arc<Template>>>>,
}

impl TemplateCache {
    /// A tenant's shelf, as it is now.
    pub(in crate::service) async fn of(store: &dyn Store, tenant: &Tenant) -> Result<Self, StoreError> {
        let names = store.template_names(tenant.id).await?;
        Ok(Self { tenant: tenant.id, names, ready: Mutex::default() })
    }

    /// The tenant's own words for a message, if it has some that fit. A code has to go out, so what
    /// cannot be read or used any more is passed over, and noted once.
    pub(in crate::service) async fn find(
        &self,
        store: &dyn Store,
        purpose: &Purpose,
        locale: Option<&Locale>,
    ) -> Option<Arc<Template>> {
        let name = self.choose(purpose, locale)?;
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
            let (purpose, locale) = (name.purpose.as_str(), name.locale.as_str());
            tracing::warn!(tenant = self.tenant.0, purpose, locale, "a template cannot be used any more");
        }
        self.ready().insert(name.clone(), template.clone());
        template
    }

    fn ready(&self) -> std::sync::MutexGuard<'_, HashMap<TemplateName, Option<Arc<Template>>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name of the template that fits best: of the nearest language that the reader understands.
    /// Words in that language that come with the program go before the tenant's in English.
    pub(in crate::service) fn choose(
        &self,
        purpose: &Purpose,
        locale: Option<&Locale>,
    ) -> Option<&TemplateName> {
        if self.names.is_empty() {
            return None;
        }
        let purpose = self.words_for(purpose);
        let asked = locale.unwrap_or(&Locale::ENGLISH);
        let chain = asked.fallbacks();
        let (english, near) = chain.split_last()?;
        let named = |locale: &Locale| {
            self.names.iter().find(|name| name.purpose == *purpose && name.locale == *locale)
        };
        near.iter().find_map(named).or_else(|| {
            let in_english = MailContent::nearest(asked) == *english;
            in_english.then(|| named(english)).flatten()
        })
    }

    /// Whose words a purpose is given: its own, or else those of a verification, as with the words that
    /// come with the program. The one place that decides it.
    fn words_for<'a>(&self, purpose: &'a Purpose) -> &'a Purpose {
        let has_own = self.names.iter().any(|name| name.purpose == *purpose);
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
        };
        TemplateCache {
            tenant: TenantId(1),
            names: names.iter().map(named).collect(),
            ready: Mutex::default(),
        }
    }

    fn chosen(shelf: &TemplateCache, purpose: &str, tag: &str) -> String {
        let purpose = Purpose::parse(purpose).unwrap();
        let found = shelf.choose(&purpose, Locale::parse(tag).as_ref());
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
