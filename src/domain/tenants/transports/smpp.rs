//! SMPP: texts through a message centre, over a session that is kept.

use serde::{Deserialize, Serialize};

use super::originators::Originators;
use super::words::need;
use crate::domain::host::parse_host;
use crate::domain::tenants::invalid_route::InvalidRoute;

/// The longest login, type of system and password (SMPP 3.4 §5.2.1 to §5.2.3). Many centres take longer
/// passwords than the eight characters of the standard.
const MAX_SYSTEM_ID: usize = 15;
const MAX_SYSTEM_TYPE: usize = 12;
/// The largest window.
const MAX_WINDOW: u16 = 100;

/// An account with a message centre. Its secret is the password.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmppSettings {
    /// The host name or IP address, in lower case.
    pub host: String,
    /// The TCP port: often 2775 in clear text, 2776 or 3550 with TLS.
    pub port: u16,
    /// Whether the session is encrypted.
    #[serde(default)]
    pub tls: SmppSecurity,
    /// The login.
    pub system_id: String,
    /// The type of system, where the centre asks for one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub system_type: String,
    /// Which sessions the centre wants.
    #[serde(default)]
    pub bind: BindMode,
    /// The sender.
    pub from: Originators,
    /// How many messages may wait for their answers at once.
    #[serde(default = "usual_window")]
    pub window: u16,
    /// What the centre takes texts for that have no coding of their own.
    #[serde(default)]
    pub default_alphabet: DefaultAlphabet,
}

/// How a session is encrypted. The protocol knows no change to TLS within one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmppSecurity {
    /// TLS from the first byte.
    #[default]
    Implicit,
    /// Not at all, where the operator allows that for the host.
    None,
}

/// Which sessions are opened.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BindMode {
    /// One, for messages and receipts.
    #[default]
    Transceiver,
    /// Two: a transmitter and a receiver.
    Separate,
}

/// The default alphabet of a message centre.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultAlphabet {
    /// That of 3GPP TS 23.038, one septet in each octet.
    #[default]
    Gsm,
    /// ISO 8859-1. What it does not have is sent as UCS-2.
    Latin1,
}

const fn usual_window() -> u16 {
    10
}

impl SmppSettings {
    /// Returns where the centre is, and whether the way there is encrypted.
    pub fn url(&self) -> String {
        let scheme = self.tls.scheme();
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{scheme}://{host}:{}", self.port)
    }

    /// Checks the settings.
    pub fn check(&self) -> Result<(), InvalidRoute> {
        let is_host = parse_host(&self.host).is_some_and(|host| host == self.host);
        need(is_host, "host", "a host name in lower case such as smpp.example.com, or an IP address")?;
        need(self.port != 0, "port", "a number from 1 to 65535")?;
        let is_login = (1..=MAX_SYSTEM_ID).contains(&self.system_id.len()) && is_printable(&self.system_id);
        need(is_login, "system_id", "1 to 15 printable ASCII characters without spaces")?;
        let is_type = self.system_type.len() <= MAX_SYSTEM_TYPE && is_printable(&self.system_type);
        need(is_type, "system_type", "at most 12 printable ASCII characters without spaces")?;
        need((1..=MAX_WINDOW).contains(&self.window), "window", "a number from 1 to 100")?;
        self.from.check("from")
    }
}

impl SmppSecurity {
    /// Returns the word for what is spoken.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Implicit => "smpps",
            Self::None => "smpp",
        }
    }
}

fn is_printable(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut SmppSettings);

    const LEAST: &str = r#""host":"smpp.example.com","port":2776,"system_id":"acme","from":"Acme""#;

    fn read(more: &str) -> Result<SmppSettings, serde_json::Error> {
        serde_json::from_str(&format!("{{{LEAST}{more}}}"))
    }

    #[test]
    fn what_is_left_out_is_what_most_centres_want() {
        let settings = read("").unwrap();
        settings.check().unwrap();
        assert_eq!((settings.tls, settings.bind), (SmppSecurity::Implicit, BindMode::Transceiver));
        assert_eq!((settings.window, settings.default_alphabet), (10, DefaultAlphabet::Gsm));
        let written = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<SmppSettings>(&written).unwrap(), settings);
        assert!(read(r#","password":"x""#).is_err(), "the secret is no setting");
    }

    #[test]
    fn settings_that_no_centre_takes_are_refused_with_their_field() {
        let settings = read("").unwrap();
        let changes: [(&str, Change); 9] = [
            ("host", |settings| settings.host = "SMPP.example.com".to_owned()),
            ("host", |settings| settings.host = "a b".to_owned()),
            ("port", |settings| settings.port = 0),
            ("system_id", |settings| settings.system_id = String::new()),
            ("system_id", |settings| settings.system_id = "a\0b".to_owned()),
            ("system_id", |settings| settings.system_id = "1234567890123456".to_owned()),
            ("system_type", |settings| settings.system_type = "a b".to_owned()),
            ("window", |settings| settings.window = 0),
            ("from", |settings| settings.from = Originators::One("far too long a name".to_owned())),
        ];
        for (field, change) in changes {
            let mut changed = settings.clone();
            change(&mut changed);
            assert_eq!(changed.check().unwrap_err().field, field);
        }
    }
}
