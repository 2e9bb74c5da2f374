//! Logins: the account that a session belongs to.

use secrecy::SecretString;

use crate::domain::tenants::transports::provider::{ProviderAccount, ProviderSettings};
use crate::domain::tenants::transports::smpp::SmppSettings;

/// An account with a message centre.
#[derive(Clone)]
pub(super) struct SmppLogin {
    pub(super) settings: SmppSettings,
    pub(super) password: SecretString,
}

impl SmppLogin {
    /// Returns the login of an account; `None` if it is with another kind of provider.
    pub(super) fn of(account: &ProviderAccount) -> Option<Self> {
        match &account.settings {
            ProviderSettings::Smpp(settings) => {
                Some(Self { settings: settings.clone(), password: account.secret.clone() })
            }
            _ => None,
        }
    }
}
