//! Presets: the gateways that are known by a word. They are data, in `presets.json`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::gateway::Gateway;

/// The presets by their words.
static PRESETS: LazyLock<BTreeMap<String, Preset>> =
    LazyLock::new(|| serde_json::from_str(include_str!("presets.json")).unwrap_or_default());

/// A known gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// The name of the provider.
    pub title: String,
    /// Its interface.
    pub gateway: Gateway,
}

/// Returns the gateway that this word names.
pub fn find(word: &str) -> Option<Gateway> {
    PRESETS.get(word).map(|preset| preset.gateway.clone())
}

/// Returns every preset with its word.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Preset)> {
    PRESETS.iter().map(|(word, preset)| (word.as_str(), preset))
}

/// Returns the words, for a sentence.
pub fn words() -> String {
    PRESETS.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_a_description_without_faults() {
        serde_json::from_str::<BTreeMap<String, Preset>>(include_str!("presets.json")).unwrap();
        assert_eq!(words(), "infobip, kannel, messagebird, plivo, sinch, telnyx, vonage");
        for (word, preset) in all() {
            preset.gateway.check().unwrap_or_else(|why| panic!("{word}: {why:?}"));
            assert!(preset.gateway.validity.is_some() || word == "telnyx", "{word}");
        }
    }
}
