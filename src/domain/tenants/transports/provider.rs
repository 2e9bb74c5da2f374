//! Accounts with providers: settings and one secret each.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::http::HttpSettings;
use super::smpp::SmppSettings;
use super::telegram_gateway::TelegramGatewaySettings;
use super::twilio::TwilioSettings;
use super::whatsapp_cloud::WhatsappCloudSettings;
use crate::domain::challenges::channel::ChannelKind;
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::tenants::invalid_route::InvalidRoute;

/// The longest secret, in bytes.
const MAX_SECRET: usize = 2_048;

/// The settings of an account. None of them is secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum ProviderSettings {
    /// Twilio.
    Twilio(TwilioSettings),
    /// WhatsApp Cloud API.
    WhatsappCloud(WhatsappCloudSettings),
    /// Telegram Gateway.
    TelegramGateway(TelegramGatewaySettings),
    /// Any gateway over HTTP.
    Http(HttpSettings),
    /// A message centre over SMPP.
    Smpp(SmppSettings),
}

/// An account with a provider.
#[derive(Clone)]
pub struct ProviderAccount {
    /// The settings.
    pub settings: ProviderSettings,
    /// The token, key or password; empty for a gateway that wants none.
    pub secret: SecretString,
}

/// An account as its owner writes it.
pub struct ProviderDraft {
    /// The settings.
    pub settings: ProviderSettings,
    /// The secret; `None` keeps the existing one.
    pub secret: Option<SecretString>,
}

/// Where a secret is sent to, and for whom. While this stays the same, a secret may be kept.
#[derive(PartialEq, Eq)]
struct Destination(String, String);

impl ProviderSettings {
    /// Checks the settings.
    pub fn check(&self) -> Result<(), InvalidRoute> {
        match self {
            Self::Twilio(settings) => settings.check(),
            Self::WhatsappCloud(settings) => settings.check(),
            Self::TelegramGateway(settings) => settings.check(),
            Self::Http(settings) => settings.check(),
            Self::Smpp(settings) => settings.check(),
        }
    }

    /// Returns the channels that these settings can serve.
    pub fn channels(&self) -> Vec<ChannelKind> {
        match self {
            Self::Twilio(settings) => settings.channels(),
            Self::WhatsappCloud(_) => vec![ChannelKind::Whatsapp],
            Self::TelegramGateway(_) => vec![ChannelKind::Telegram],
            Self::Http(_) | Self::Smpp(_) => vec![ChannelKind::Sms],
        }
    }

    /// Returns the URL that messages go to, or the beginning of it.
    pub fn url(&self) -> String {
        match self {
            Self::Twilio(settings) => settings.base().to_owned(),
            Self::WhatsappCloud(settings) => settings.base().to_owned(),
            Self::TelegramGateway(settings) => settings.base().to_owned(),
            Self::Http(settings) => settings.described().map(|gateway| gateway.url).unwrap_or_default(),
            Self::Smpp(settings) => settings.url(),
        }
    }

    /// Returns the account in a few words, for lists.
    pub fn summary(&self) -> String {
        match self {
            Self::Twilio(settings) => settings.account_sid.clone(),
            Self::WhatsappCloud(settings) => format!("{} ({})", settings.phone_number_id, settings.template),
            Self::TelegramGateway(settings) => settings.sender_username.clone().unwrap_or_default(),
            Self::Http(settings) => settings.preset.clone().unwrap_or_else(|| self.server_name()),
            Self::Smpp(settings) => format!("{} at {}", settings.system_id, settings.host),
        }
    }

    /// Returns the host of the URL.
    fn server_name(&self) -> String {
        OutboundUrl::kept(&self.url()).map(|url| url.host()).unwrap_or_default()
    }

    /// Returns the field that names the server.
    pub const fn url_field(&self) -> &'static str {
        match self {
            Self::Http(HttpSettings { gateway: Some(_), .. }) => "settings/gateway/url",
            Self::Smpp(_) => "settings/host",
            _ => "settings/base_url",
        }
    }

    /// Returns whether there is a secret.
    pub fn wants_secret(&self) -> bool {
        match self {
            Self::Http(settings) => settings.wants_secret(),
            Self::Twilio(_) | Self::WhatsappCloud(_) | Self::TelegramGateway(_) | Self::Smpp(_) => true,
        }
    }

    fn destination(&self) -> Destination {
        let whose = match self {
            Self::Twilio(settings) => format!("{} {}", settings.account_sid, settings.user()),
            Self::WhatsappCloud(settings) => settings.phone_number_id.clone(),
            Self::TelegramGateway(_) => String::new(),
            Self::Http(settings) => {
                let auth = settings.described().map(|gateway| gateway.auth);
                format!("{:?} {auth:?}", settings.account)
            }
            Self::Smpp(settings) => settings.system_id.clone(),
        };
        Destination(self.url(), whose)
    }
}

impl ProviderDraft {
    /// Creates a draft that leaves an account unchanged.
    pub fn unchanged(account: &ProviderAccount) -> Self {
        Self { settings: account.settings.clone(), secret: None }
    }

    /// Completes the draft. It may keep the secret of `kept` if that goes to the same place, for
    /// the same user.
    pub fn complete(self, kept: Option<&ProviderAccount>) -> Result<ProviderAccount, InvalidRoute> {
        let Self { settings, secret } = self;
        settings.check().map_err(|why| why.within("settings"))?;
        let secret = match (settings.wants_secret(), secret, kept) {
            (false, None, _) => SecretString::default(),
            (false, Some(_), _) => return Err(InvalidRoute::new("secret", "this gateway wants no secret")),
            (true, Some(secret), _) if is_secret(secret.expose_secret()) => secret,
            (true, Some(_), _) => {
                return Err(InvalidRoute::new(
                    "secret",
                    "1 to 2048 printable ASCII characters without spaces",
                ));
            }
            (true, None, None) => return Err(InvalidRoute::new("secret", "a new route needs its secret")),
            (true, None, Some(old)) if settings.destination() == old.settings.destination() => {
                old.secret.clone()
            }
            (true, None, Some(_)) => {
                let problem =
                    "the secret is needed again when the place it is sent to, or the account, changes";
                return Err(InvalidRoute::new("secret", problem));
            }
        };
        Ok(ProviderAccount { settings, secret })
    }
}

/// Returns whether a text is a secret that fits into a header.
fn is_secret(text: &str) -> bool {
    (1..=MAX_SECRET).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

impl fmt::Debug for ProviderAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderAccount({:?})", self.settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twilio() -> TwilioSettings {
        let json = r#"{"account_sid":"AC0123456789abcdef0123456789abcdef","from":"Acme"}"#;
        serde_json::from_str(json).unwrap()
    }

    fn complete(settings: ProviderSettings, secret: Option<&str>) -> Result<ProviderAccount, InvalidRoute> {
        let old = ProviderAccount {
            settings: ProviderSettings::Twilio(twilio()),
            secret: "first".to_owned().into(),
        };
        ProviderDraft { settings, secret: secret.map(SecretString::from) }.complete(Some(&old))
    }

    #[test]
    fn a_secret_is_kept_only_where_it_goes_to_the_same_place_for_the_same_user() {
        let same = TwilioSettings { from: serde_json::from_str("\"Other\"").unwrap(), ..twilio() };
        let kept = complete(ProviderSettings::Twilio(same), None).unwrap();
        assert_eq!(kept.secret.expose_secret(), "first");
        let changes: [fn(&mut TwilioSettings); 3] = [
            |twilio| twilio.account_sid = format!("AC{}", "f".repeat(32)),
            |twilio| twilio.api_key_sid = Some(format!("SK{}", "f".repeat(32))),
            |twilio| twilio.base_url = serde_json::from_str("\"https://evil.example\"").unwrap(),
        ];
        for change in changes {
            let mut changed = twilio();
            change(&mut changed);
            let changed = ProviderSettings::Twilio(changed);
            assert_eq!(complete(changed.clone(), None).unwrap_err().field, "secret");
            assert_eq!(complete(changed, Some("new")).unwrap().secret.expose_secret(), "new");
        }
        let telegram = ProviderSettings::TelegramGateway(TelegramGatewaySettings::default());
        assert_eq!(complete(telegram, None).unwrap_err().field, "secret");
    }

    #[test]
    fn a_gateway_of_its_own_asks_again_when_the_secret_would_go_elsewhere() {
        let read = |auth: &str, url: &str, account: &str| {
            let json = format!(
                r#"{{"account":"{account}","gateway":{{"url":"{url}","auth":{auth},"fields":{{"to":"/to","text":"/t"}},
                   "success":{{"pointer":"/ok"}}}}}}"#
            );
            ProviderSettings::Http(serde_json::from_str(&json).unwrap())
        };
        let (basic, url) = (r#"{"scheme":"basic"}"#, "https://a.example/send");
        let old = ProviderAccount { settings: read(basic, url, "me"), secret: "first".to_owned().into() };
        let keep = |settings| ProviderDraft { settings, secret: None }.complete(Some(&old));
        assert!(keep(read(basic, url, "me")).is_ok());
        for other in [
            read(basic, "https://b.example/send", "me"),
            read(basic, "https://a.example/other", "me"),
            read(basic, url, "you"),
            read(r#"{"scheme":"field","secret":"/s"}"#, url, "me"),
        ] {
            assert_eq!(keep(other).unwrap_err().field, "secret");
        }
        let without = keep(read(r#"{"scheme":"none"}"#, url, "me")).unwrap();
        assert_eq!(without.secret.expose_secret(), "");
    }

    #[test]
    fn a_secret_with_line_breaks_or_spaces_is_refused_and_none_is_shown() {
        for bad in ["", "a b", "a\r\nX: y", "ä", &"a".repeat(MAX_SECRET + 1)] {
            let refused = complete(ProviderSettings::Twilio(twilio()), Some(bad)).unwrap_err();
            assert_eq!(refused.field, "secret", "{bad}");
        }
        let account = complete(ProviderSettings::Twilio(twilio()), Some("hunter2hunter2")).unwrap();
        assert!(!format!("{account:?}").contains("hunter2"));
    }
}
