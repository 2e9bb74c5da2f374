//! Proofs that a report about a message comes from the provider.

use secrecy::{ExposeSecret as _, SecretString};

use super::provider::{ProviderAccount, ProviderSettings, is_secret};
use super::signature_scheme::{SignatureScheme, public_key};
use crate::domain::tenants::invalid_route::InvalidRoute;

/// The field of the key in a route.
const FIELD: &str = "report_key";

/// What proves the reports of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportSignature {
    /// The provider signs nothing.
    Unsigned,
    /// Reports come over the session with the provider.
    Session,
    /// They are signed with the account's secret.
    Secret,
    /// They are signed with a key of their own.
    Key(KeyKind),
}

/// The kind of a key that signs reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// The auth token of the account, while messages are sent with an API key.
    AuthToken,
    /// The secret of the app that the number belongs to.
    AppSecret,
    /// What the scheme of a gateway wants.
    Scheme(SignatureScheme),
}

/// What is asked of the reports to a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReportProof {
    /// The provider's signature.
    Signature,
    /// Knowing the address of the message, which cannot be guessed.
    Address,
    /// Nothing can prove them, so that none is believed: the key is missing.
    Missing,
}

/// What happens to the key that signs reports.
#[derive(Clone, Default)]
pub enum ReportKeyDraft {
    /// The existing one stays.
    #[default]
    Keep,
    /// There is none any more.
    Remove,
    /// It is replaced.
    Set(SecretString),
}

impl ReportProof {
    /// Returns the word used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Address => "address",
            Self::Missing => "missing",
        }
    }
}

impl ProviderSettings {
    /// Returns what proves the reports to an account with these settings.
    pub fn report_signature(&self) -> ReportSignature {
        match self {
            Self::Twilio(settings) if settings.api_key_sid.is_none() => ReportSignature::Secret,
            Self::Twilio(_) => ReportSignature::Key(KeyKind::AuthToken),
            Self::WhatsappCloud(_) => ReportSignature::Key(KeyKind::AppSecret),
            Self::TelegramGateway(_) => ReportSignature::Secret,
            Self::Http(settings) => {
                let scheme = settings.described().ok().and_then(|gateway| gateway.reports.signature);
                scheme
                    .map_or(ReportSignature::Unsigned, |scheme| ReportSignature::Key(KeyKind::Scheme(scheme)))
            }
            Self::Smpp(_) | Self::Log(_) => ReportSignature::Session,
        }
    }
}

impl ProviderAccount {
    /// Returns what is asked of the reports to this account; `None` if they come over its session.
    pub fn report_proof(&self) -> Option<ReportProof> {
        Some(match (self.settings.report_signature(), &self.report_key) {
            (ReportSignature::Session, _) => return None,
            (ReportSignature::Secret, _) | (ReportSignature::Key(_), Some(_)) => ReportProof::Signature,
            (ReportSignature::Key(KeyKind::AppSecret), None) => ReportProof::Missing,
            (ReportSignature::Unsigned | ReportSignature::Key(_), _) => ReportProof::Address,
        })
    }
}

impl ReportKeyDraft {
    /// Completes the draft for an account with these settings. `kept` is the former account, if its
    /// secrets may be kept.
    pub(super) fn complete(
        self,
        settings: &ProviderSettings,
        (old, may_keep): (Option<&ProviderAccount>, Keeping),
    ) -> Result<Option<SecretString>, InvalidRoute> {
        let signature = settings.report_signature();
        let kind = match (signature, &self) {
            (ReportSignature::Key(kind), _) => kind,
            (_, Self::Keep | Self::Remove) => return Ok(None),
            (ReportSignature::Secret, Self::Set(_)) => {
                return Err(wrong("leave it out: these reports are signed with `secret`"));
            }
            (ReportSignature::Session, Self::Set(_)) => {
                return Err(wrong("leave it out: receipts come over the session"));
            }
            (ReportSignature::Unsigned, Self::Set(_)) => {
                return Err(wrong(
                    "say in `gateway.reports.signature` how the gateway signs, or leave it out",
                ));
            }
        };
        match self {
            Self::Remove => Ok(None),
            Self::Set(key) => kind.check(key.expose_secret()).map(|()| Some(key)),
            Self::Keep => match old.and_then(|old| Some((old, old.report_key.as_ref()?))) {
                None => Ok(None),
                Some((old, key))
                    if may_keep == Keeping::Allowed && old.settings.report_signature() == signature =>
                {
                    Ok(Some(key.clone()))
                }
                // To forget it would be to believe unsigned reports.
                Some(_) => Err(wrong(
                    "the key is needed again, or null for none, when the account or the kind of signature changes",
                )),
            },
        }
    }
}

/// Whether what was sealed for the former settings fits the new ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Keeping {
    /// It goes to the same place, for the same user.
    Allowed,
    /// It does not.
    Refused,
}

impl KeyKind {
    fn check(self, key: &str) -> Result<(), InvalidRoute> {
        match self {
            Self::Scheme(SignatureScheme::Telnyx) if public_key(key).is_none() => {
                Err(wrong("the public key of the account, as its portal shows it: 44 characters of base64"))
            }
            _ if !is_secret(key) => Err(wrong("1 to 2048 printable ASCII characters without spaces")),
            _ => Ok(()),
        }
    }
}

fn wrong(problem: &'static str) -> InvalidRoute {
    InvalidRoute::new(FIELD, problem)
}
