//! WhatsApp Cloud API: messages by authentication template.

use serde::{Deserialize, Serialize};

use super::base_url::BaseUrl;
use super::words::need;
use crate::domain::locale::Locale;
use crate::domain::tenants::invalid_route::InvalidRoute;

/// The version of the API that is used unless another one is named.
const VERSION: &str = "v23.0";
/// The maximum number of languages of one template.
const MAX_LANGUAGES: usize = 100;

/// A number of the WhatsApp Business Platform. Its secret is the access token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhatsappCloudSettings {
    /// The id of the sending number: digits, not the number itself.
    pub phone_number_id: String,
    /// The name of the authentication template, which has a copy-code, one-tap or zero-tap button.
    pub template: String,
    /// The languages in which the template is approved, in Meta's spelling such as `pt_BR`. The
    /// first is for recipients of other languages.
    pub languages: Vec<String>,
    /// The version of the API, such as `v23.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Where the API is, if not at `https://graph.facebook.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<BaseUrl>,
}

impl WhatsappCloudSettings {
    /// Returns where the API is.
    pub fn base(&self) -> &str {
        self.base_url.as_ref().map_or("https://graph.facebook.com", BaseUrl::as_str)
    }

    /// Returns the version of the API.
    pub fn version(&self) -> &str {
        self.api_version.as_deref().unwrap_or(VERSION)
    }

    /// Returns the language of the template for a recipient: the same tag, else the same language,
    /// else the first.
    pub fn language(&self, locale: Option<&Locale>) -> &str {
        let first = self.languages.first().map_or("en", String::as_str);
        let Some(locale) = locale else { return first };
        let tag = locale.as_str().replace('-', "_");
        let base = |tag: &str| tag.split('_').next().unwrap_or_default().to_owned();
        let exact = self.languages.iter().find(|known| known.eq_ignore_ascii_case(&tag));
        let plain = || self.languages.iter().find(|known| known.as_str() == base(&tag));
        let near = || self.languages.iter().find(|known| base(known) == base(&tag));
        exact.or_else(plain).or_else(near).map_or(first, String::as_str)
    }

    /// Checks the settings.
    pub fn check(&self) -> Result<(), InvalidRoute> {
        let id = &self.phone_number_id;
        let is_id = (5..=30).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
        need(is_id, "phone_number_id", "the id of the number, 5 to 30 digits; not the number itself")?;
        let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let is_name = (1..=512).contains(&self.template.len()) && self.template.bytes().all(word);
        need(is_name, "template", "the template's name: lower-case letters, digits and _")?;
        let count = (1..=MAX_LANGUAGES).contains(&self.languages.len());
        let is_tag = |tag: &String| !tag.contains('-') && Locale::parse(tag).is_some();
        let are_tags = self.languages.iter().all(is_tag);
        need(count && are_tags, "languages", "1 to 100 languages as Meta writes them, such as en_US and de")?;
        let is_version = self.api_version.as_deref().is_none_or(is_version);
        need(is_version, "api_version", "a version such as v23.0")
    }
}

fn is_version(text: &str) -> bool {
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    text.strip_prefix('v').and_then(|rest| rest.split_once('.')).is_some_and(|(a, b)| number(a) && number(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> WhatsappCloudSettings {
        WhatsappCloudSettings {
            phone_number_id: "106540352242922".to_owned(),
            template: "otp".to_owned(),
            languages: ["en_US", "pt_PT", "pt_BR", "de", "zh_CN"].map(str::to_owned).to_vec(),
            api_version: None,
            base_url: None,
        }
    }

    #[test]
    fn the_nearest_language_is_taken() {
        settings().check().unwrap();
        for (tag, taken) in
            [("pt-BR", "pt_BR"), ("pt", "pt_PT"), ("de-AT", "de"), ("en-GB", "en_US"), ("fr", "en_US")]
        {
            assert_eq!(settings().language(Locale::parse(tag).as_ref()), taken, "{tag}");
        }
        assert_eq!(settings().language(None), "en_US");
    }

    #[test]
    fn each_wrong_field_is_named() {
        type Change = fn(&mut WhatsappCloudSettings);
        let changes: [(&str, Change); 6] = [
            ("phone_number_id", |s| s.phone_number_id = "+4915112345678".to_owned()),
            ("phone_number_id", |s| s.phone_number_id = "1/../../me".to_owned()),
            ("template", |s| s.template = "My Template".to_owned()),
            ("languages", |s| s.languages.clear()),
            ("languages", |s| s.languages.push("pt-BR".to_owned())),
            ("api_version", |s| s.api_version = Some("23".to_owned())),
        ];
        for (field, change) in changes {
            let mut wrong = settings();
            change(&mut wrong);
            assert_eq!(wrong.check().unwrap_err().field, field);
        }
    }
}
