//! The generic HTTP provider: a gateway with a preset, or with a description of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::base_url::BaseUrl;
use super::gateway::{Constant, Gateway, GatewayAuth};
use super::originators::Originators;
use super::presets;
use super::words::{is_plain, need};
use crate::domain::tenants::invalid_route::InvalidRoute;

/// The placeholder at the beginning of a URL that has no place in common for all customers.
const BASE: &str = "{base_url}";

/// An account with an HTTP gateway. Its secret goes where the description says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// A gateway that is known by this word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Another gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Box<Gateway>>,
    /// The user name, key or account that the secret belongs to, if the gateway wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The region, if the gateway has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Where a gateway with a preset is, if each customer has a place of its own, or for tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<BaseUrl>,
    /// The sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Originators>,
    /// Further fields, such as a messaging profile.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, Constant>,
}

impl HttpSettings {
    /// Returns the complete description of the gateway, with its URL filled in.
    pub fn described(&self) -> Result<Gateway, InvalidRoute> {
        let mut gateway = match (&self.preset, &self.gateway) {
            (Some(word), None) => presets::find(word)
                .ok_or_else(|| InvalidRoute::new("preset", format!("one of {}", presets::words())))?,
            (None, Some(own)) => Gateway::clone(own),
            _ => return Err(InvalidRoute::new("preset", "either a preset or a gateway")),
        };
        gateway.url = self.url(&gateway.url)?;
        gateway.constants.extend(self.constants.clone());
        Ok(gateway)
    }

    /// Returns the URL of messages.
    fn url(&self, template: &str) -> Result<String, InvalidRoute> {
        let mut url = match (template.strip_prefix(BASE), &self.base_url) {
            (Some(rest), Some(base)) => format!("{}{rest}", base.as_str()),
            (Some(_), None) => return Err(InvalidRoute::new("base_url", "needed: where your gateway is")),
            (None, None) => template.to_owned(),
            (None, Some(base)) => format!("{}{}", base.as_str(), path(template)),
        };
        for (placeholder, field, value) in
            [("{account}", "account", &self.account), ("{region}", "region", &self.region)]
        {
            match (url.contains(placeholder), value) {
                (true, Some(value)) => url = url.replace(placeholder, value),
                (true, None) => return Err(InvalidRoute::new(field, "needed by this gateway")),
                (false, _) => {}
            }
        }
        Ok(url)
    }

    /// Returns whether the gateway wants a secret.
    pub fn wants_secret(&self) -> bool {
        self.described().is_ok_and(|gateway| gateway.auth != GatewayAuth::None)
    }

    /// Checks the settings.
    pub fn check(&self) -> Result<(), InvalidRoute> {
        let account = self.account.as_deref();
        need(
            account.is_none_or(|text| is_plain(text, 100)),
            "account",
            "1 to 100 letters, digits and -._~@",
        )?;
        let region = self.region.as_deref();
        need(region.is_none_or(is_region), "region", "1 to 20 lower-case letters, digits and -")?;
        self.from.as_ref().map_or(Ok(()), |from| from.check("from"))?;
        let gateway = self.described()?;
        let is_own = self.gateway.is_some();
        gateway.check().map_err(|why| if is_own { why.within("gateway") } else { why.moved("constants") })?;
        self.check_url(&gateway.url)?;
        let wants_account = match &gateway.auth {
            GatewayAuth::Basic => true,
            GatewayAuth::Field { account, .. } => account.is_some(),
            GatewayAuth::None | GatewayAuth::Bearer | GatewayAuth::Header { .. } => false,
        };
        need(!wants_account || account.is_some(), "account", "needed by this gateway")
    }

    fn check_url(&self, url: &str) -> Result<(), InvalidRoute> {
        let read = url::Url::parse(url).ok().filter(|read| {
            matches!(read.scheme(), "https" | "http")
                && read.has_host()
                && read.username().is_empty()
                && read.password().is_none()
                && read.fragment().is_none()
                && url.len() <= 1_000
        });
        let is_settled = !url.contains(['{', '}']);
        let field = if self.gateway.is_some() { "gateway/url" } else { "base_url" };
        need(
            read.is_some() && is_settled,
            field,
            "an https URL of at most 1000 bytes without user name and fragment; {account}, {region} and {base_url} \
             may stand in it",
        )
    }
}

/// Returns the path of a URL that may have placeholders.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default()
}

fn is_region(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=20).contains(&text.len()) && text.bytes().all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> String {
        let settings: HttpSettings = serde_json::from_str(json).unwrap();
        settings.check().unwrap_err().field.into_owned()
    }

    fn own(change: &str) -> String {
        let (from, to) = change.split_once('→').unwrap();
        let gateway = r#"{"url":"https://sms.example.com/{account}","fields":{"to":"/to","text":"/text"},
            "constants":{"/kind":"otp"},"success":{"pointer":"/ok"}}"#;
        assert!(from.is_empty() || gateway.contains(from), "{change}");
        format!(r#"{{"account":"acme","gateway":{}}}"#, gateway.replace(from, to))
    }

    #[test]
    fn a_description_is_taken_or_the_wrong_field_is_named() {
        let fine: HttpSettings = serde_json::from_str(&own("\"otp\"→\"otp\"")).unwrap();
        fine.check().unwrap();
        assert_eq!(fine.described().unwrap().url, "https://sms.example.com/acme");
        assert!(!fine.wants_secret());
        for (change, field) in [
            ("https→ftp", "gateway/url"),
            ("sms.→u:p@sms.", "gateway/url"),
            ("{account}→{other}", "gateway/url"),
            ("\"/text\"→\"/to\"", "gateway/fields/text"),
            ("\"/text\"→\"text\"", "gateway/fields/text"),
            ("\"text\":\"/text\"→\"from\":\"/text\"", "gateway/fields/text"),
            ("\"/kind\"→\"/to/x\"", "gateway/constants"),
            ("\"pointer\":\"/ok\"→\"status\":[200]", "gateway/success"),
            ("\"pointer\":\"/ok\"→\"status\":[500],\"contains\":[\"x\"]", "gateway/success/status"),
            ("\"pointer\":\"/ok\"→\"equals\":[\"1\"],\"contains\":[\"x\"]", "gateway/success/equals"),
            ("\"constants\"→\"headers\":{\"Authorization\":\"Bearer x\"},\"constants\"", "gateway/headers"),
            ("\"constants\"→\"headers\":{\"X-A\":\"a\\r\\nb\"},\"constants\"", "gateway/headers"),
            (
                "\"constants\"→\"auth\":{\"scheme\":\"header\",\"name\":\"Host\"},\"constants\"",
                "gateway/auth/name",
            ),
            ("\"constants\"→\"method\":\"get\",\"body\":\"form\",\"constants\"", "gateway/body"),
        ] {
            assert_eq!(refused(&own(change)), field, "{change}");
        }
    }

    #[test]
    fn what_a_preset_needs_is_asked_for() {
        for (json, field) in [
            (r#"{}"#, "preset"),
            (r#"{"preset":"carrier-pigeon"}"#, "preset"),
            (r#"{"preset":"vonage","from":"Acme"}"#, "account"),
            (r#"{"preset":"plivo","account":"a/b","from":"Acme"}"#, "account"),
            (r#"{"preset":"sinch","account":"plan","from":"Acme"}"#, "region"),
            (r#"{"preset":"sinch","account":"plan","region":"EU","from":"Acme"}"#, "region"),
            (r#"{"preset":"kannel","account":"otp"}"#, "base_url"),
            (r#"{"preset":"telnyx","constants":{"/to":"x"}}"#, "constants"),
        ] {
            assert_eq!(refused(json), field, "{json}");
        }
    }
}
