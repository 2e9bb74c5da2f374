//! Every form.

use crate::domain::tenants::route::TransportKind;
use crate::domain::tenants::transports::http::HttpSettings;
use crate::domain::tenants::transports::provider::ProviderSettings;

use super::form::RouteForm;
use super::gateways::GATEWAYS;
use super::providers::PROVIDERS;

/// Every form, in the order in which they are offered.
pub(crate) fn all() -> impl Iterator<Item = &'static RouteForm> {
    PROVIDERS.iter().chain(GATEWAYS)
}

/// Returns the form with this word.
pub(crate) fn find(word: &str) -> Option<&'static RouteForm> {
    all().find(|form| form.word == word)
}

/// Returns the form of an account.
pub(crate) fn form_of(settings: &ProviderSettings) -> Option<&'static RouteForm> {
    let preset = match settings {
        ProviderSettings::Http(HttpSettings { preset, .. }) => preset.as_deref(),
        _ => None,
    };
    let transport = TransportKind::of(settings);
    all().find(|form| form.transport == transport && form.preset == preset)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::tenants::transports::presets;

    #[test]
    fn every_preset_has_a_form_and_no_name_is_there_twice() {
        for (word, preset) in presets::all() {
            let form =
                all().find(|form| form.preset == Some(word)).unwrap_or_else(|| panic!("no form for {word}"));
            assert_eq!(form.title, preset.title);
        }
        let words: HashSet<_> = all().map(|form| form.word).collect();
        assert_eq!(words.len(), all().count());
        for form in all() {
            let pointers: HashSet<_> = form.fields.iter().map(|field| field.pointer).collect();
            assert_eq!(pointers.len(), form.fields.len(), "{}", form.word);
            assert!(form.fields.iter().all(|field| field.pointer.starts_with('/')), "{}", form.word);
        }
    }
}
