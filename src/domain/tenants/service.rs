//! Services: purposes of a tenant under a name, as the Twilio Verify API has them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::challenges::purpose::Purpose;
use crate::domain::limits::named::LimitName;
use crate::domain::text::is_word;
use crate::domain::time::Timestamp;

/// The maximum number of services of a tenant.
pub const MAX_SERVICES: usize = 30;

/// The maximum length of a service's name, in characters.
pub const MAX_SERVICE_NAME: usize = 32;

/// The maximum length of the description of a rate limit, in characters.
pub const MAX_LIMIT_DESCRIPTION: usize = 200;

/// The settings of a service beside the policy of its purpose.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceSettings {
    /// The name; `None` for that of the tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the tenant may draw the codes itself.
    pub custom_code: bool,
    /// Whether every code is bound to an amount and a payee.
    pub psd2: bool,
    /// How authenticator apps are enrolled.
    #[serde(skip_serializing_if = "TotpDefaults::is_empty")]
    pub totp: TotpDefaults,
    /// What its named limits are for, in the tenant's words.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<LimitName, String>,
    /// When it was created.
    #[serde(serialize_with = "as_millis", deserialize_with = "from_millis")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[serde(serialize_with = "as_millis", deserialize_with = "from_millis")]
    pub updated_at: Timestamp,
}

impl ServiceSettings {
    /// Creates the settings of a service that is created at `now`.
    pub const fn new(name: Option<String>, now: Timestamp) -> Self {
        let totp = TotpDefaults { issuer: None, period: None, digits: None };
        let limits = BTreeMap::new();
        Self { name, custom_code: false, psd2: false, totp, limits, created_at: now, updated_at: now }
    }
}

impl Default for ServiceSettings {
    fn default() -> Self {
        Self::new(None, Timestamp::default())
    }
}

/// How authenticator apps are enrolled under a service.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct TotpDefaults {
    /// The name of the app in authenticator apps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The seconds for which a code is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<u32>,
    /// The number of digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<u8>,
}

impl TotpDefaults {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Draws a purpose from the name of a service: its letters and digits, and a number if `is_taken` says that the
/// purpose has another meaning already.
pub fn purpose_of(name: &str, is_taken: impl Fn(&Purpose) -> bool) -> Option<Purpose> {
    let mut word = String::new();
    for letter in name.chars().map(|letter| letter.to_ascii_lowercase()) {
        match letter {
            'a'..='z' | '0'..='9' => word.push(letter),
            _ if !word.is_empty() && !word.ends_with('_') => word.push('_'),
            _ => {}
        }
    }
    let word = word.trim_end_matches('_').get(..24).unwrap_or(word.trim_end_matches('_'));
    let word = if is_word(word, Purpose::MAX_LENGTH) { word.to_owned() } else { format!("service_{word}") };
    let numbered = (2..=MAX_SERVICES + 8).map(|number| format!("{}_{number}", word.trim_end_matches('_')));
    std::iter::once(word.clone())
        .chain(numbered)
        .filter_map(|word| Purpose::parse(word.trim_end_matches('_')))
        .find(|purpose| !is_taken(purpose))
}

fn as_millis<S: serde::Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(moment.as_millis())
}

fn from_millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    i64::deserialize(deserializer).map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purpose(name: &str, taken: &[&str]) -> String {
        purpose_of(name, |purpose| taken.contains(&purpose.as_str())).unwrap().as_str().to_owned()
    }

    #[test]
    fn a_purpose_is_drawn_from_the_name_of_a_service() {
        for (name, taken, expected) in [
            ("My App", &[][..], "my_app"),
            ("My App", &["my_app"], "my_app_2"),
            ("My App", &["my_app", "my_app_2"], "my_app_3"),
            ("2FA", &[], "service_2fa"),
            ("  ", &[], "service"),
            ("Ärger & Co.", &[], "rger_co"),
            ("a name that is much longer than 32", &[], "a_name_that_is_much_long"),
            ("日本", &["service"], "service_2"),
        ] {
            assert_eq!(purpose(name, taken), expected, "{name}");
        }
    }

    #[test]
    fn settings_are_read_as_they_were_written() {
        let now = Timestamp::from_millis(1_000_000_000_999);
        let settings = ServiceSettings::new(Some("App".to_owned()), now);
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<ServiceSettings>(&text).unwrap(), settings);
    }
}
