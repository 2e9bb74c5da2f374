//! Accounts with providers as their owners write them.

use secrecy::{ExposeSecret as _, SecretString};

use super::provider::{ProviderAccount, ProviderSettings, is_secret};
use super::report_proof::{Keeping, ReportKeyDraft};
use crate::domain::tenants::invalid_route::InvalidRoute;

/// An account as its owner writes it.
pub struct ProviderDraft {
    /// The settings.
    pub settings: ProviderSettings,
    /// The secret; `None` keeps the existing one.
    pub secret: Option<SecretString>,
    /// The key that signs reports.
    pub report_key: ReportKeyDraft,
}

impl ProviderDraft {
    /// Creates a draft that leaves an account unchanged.
    pub fn unchanged(account: &ProviderAccount) -> Self {
        Self { settings: account.settings.clone(), secret: None, report_key: ReportKeyDraft::Keep }
    }

    /// Completes the draft. It may keep the secret of `kept` if that goes to the same place, for
    /// the same user.
    pub fn complete(self, kept: Option<&ProviderAccount>) -> Result<ProviderAccount, InvalidRoute> {
        let Self { settings, secret, report_key } = self;
        settings.check().map_err(|why| why.within("settings"))?;
        let keeping = match kept {
            Some(old) if settings.destination() == old.settings.destination() => Keeping::Allowed,
            _ => Keeping::Refused,
        };
        let secret = completed(&settings, secret, (kept, keeping))?;
        let report_key = report_key.complete(&settings, (kept, keeping))?;
        Ok(ProviderAccount { settings, secret, report_key })
    }
}

fn completed(
    settings: &ProviderSettings,
    secret: Option<SecretString>,
    (kept, keeping): (Option<&ProviderAccount>, Keeping),
) -> Result<SecretString, InvalidRoute> {
    match (settings.wants_secret(), secret, kept) {
        (false, None, _) => Ok(SecretString::default()),
        (false, Some(_), _) => Err(InvalidRoute::new("secret", "none: these settings need no secret")),
        (true, Some(secret), _) if is_secret(secret.expose_secret()) => Ok(secret),
        (true, Some(_), _) => {
            Err(InvalidRoute::new("secret", "1 to 2048 printable ASCII characters without spaces"))
        }
        (true, None, None) => Err(InvalidRoute::new("secret", "a new route needs its secret")),
        (true, None, Some(old)) if keeping == Keeping::Allowed => Ok(old.secret.clone()),
        (true, None, Some(_)) => {
            let problem = "the secret is needed again when the place it is sent to, or the account, changes";
            Err(InvalidRoute::new("secret", problem))
        }
    }
}
