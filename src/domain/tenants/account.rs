//! A tenant's mail accounts: a short list, in the order in which they are used.

use secrecy::SecretString;

use crate::domain::challenges::recipient::Recipient;
use crate::domain::handle::handle;
use crate::domain::random::Entropy;
use crate::domain::tenants::smtp::{Security, SmtpProfile};

/// The most accounts that a tenant may have.
pub const MAX_ACCOUNTS: usize = 5;

handle!(
    /// An account's name towards the outside: `smtp_` and 16 letters and digits. Not a secret.
    AccountHandle, "smtp_"
);

/// A mail account that a tenant sends with.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its name towards the outside.
    pub handle: AccountHandle,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// The server and the login.
    pub smtp: SmtpProfile,
}

/// An account as its owner writes it down.
pub struct AccountDraft {
    /// Which of the accounts that are there it is; a new one without.
    pub handle: Option<AccountHandle>,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// Host name or address, lower case.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the session is protected.
    pub security: Security,
    /// Login name.
    pub username: String,
    /// Password; `None` keeps the one that is there.
    pub password: Option<SecretString>,
    /// The sender: envelope and `From`.
    pub from: Recipient,
}

/// Why an account cannot be used as it is written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidAccount {
    /// None of the tenant's accounts, or one that is in the list already.
    #[error("the id of one of the present accounts, once; leave it out for a new account")]
    Id,
    /// A new account without a password.
    #[error("a new account needs its password")]
    NoPassword,
    /// An account that leads elsewhere. Whoever may change accounts must not be able to have a
    /// password that they do not know sent to a server of their own.
    #[error("the password is needed again when host, port, tls or username change")]
    PasswordAgain,
    /// Tenants may not name this port.
    #[error("this port is not allowed here; the operator can add it to outbound.allow_ports")]
    Port,
    /// Tenants may not name this address.
    #[error("a private or local address; the operator can add it to outbound.allow_hosts")]
    Host,
}

impl InvalidAccount {
    /// The field that is wrong.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::NoPassword | Self::PasswordAgain => "password",
            Self::Port => "port",
            Self::Host => "host",
        }
    }
}

impl AccountDraft {
    /// An account as it is.
    pub fn unchanged(account: &Account) -> Self {
        let SmtpProfile { host, port, security, username, from, .. } = account.smtp.clone();
        let (handle, name) = (Some(account.handle.clone()), account.name.clone());
        Self { handle, name, host, port, security, username, password: None, from }
    }

    /// The account of this draft. `present` are those that are there: one that keeps its place and
    /// its login may keep its password.
    pub fn complete(self, present: &[Account], entropy: &dyn Entropy) -> Result<Account, InvalidAccount> {
        let (handle, name) = (self.handle.clone(), self.name.clone());
        let smtp = self.profile(present)?;
        Ok(Account { handle: handle.unwrap_or_else(|| AccountHandle::draw(entropy)), name, smtp })
    }

    /// The server and the login of the account of this draft.
    pub fn profile(self, present: &[Account]) -> Result<SmtpProfile, InvalidAccount> {
        let kept = match &self.handle {
            None => None,
            Some(handle) => Some(present.iter().find(|old| old.handle == *handle).ok_or(InvalidAccount::Id)?),
        };
        let password = match (&self.password, kept) {
            (Some(password), _) => password.clone(),
            (None, None) => return Err(InvalidAccount::NoPassword),
            (None, Some(old)) if self.leads_to(&old.smtp) => old.smtp.password.clone(),
            (None, Some(_)) => return Err(InvalidAccount::PasswordAgain),
        };
        Ok(SmtpProfile {
            host: self.host,
            port: self.port,
            security: self.security,
            username: self.username,
            password,
            from: self.from,
        })
    }

    /// Whether the password goes where it went before.
    fn leads_to(&self, old: &SmtpProfile) -> bool {
        let SmtpProfile { host, port, security, username, .. } = old;
        (&self.host, &self.port, &self.security, &self.username) == (host, port, security, username)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&self, out: &mut [u8]) {
            out.fill(0);
        }
    }

    fn present() -> Account {
        let smtp = SmtpProfile::from_compat("smtp.example.com", 587, "app@example.com", "hunter22").unwrap();
        Account { handle: AccountHandle::draw(&Zeros), name: String::new(), smtp }
    }

    fn draft(of: &Account) -> AccountDraft {
        AccountDraft {
            handle: Some(of.handle.clone()),
            name: "spare".to_owned(),
            host: of.smtp.host.clone(),
            port: of.smtp.port,
            security: of.smtp.security,
            username: of.smtp.username.clone(),
            password: None,
            from: Recipient::email("other@example.com").unwrap(),
        }
    }

    #[test]
    fn a_password_is_kept_only_where_it_goes_to_the_same_server_under_the_same_login() {
        let old = present();
        let kept = draft(&old).complete(std::slice::from_ref(&old), &Zeros).unwrap();
        assert_eq!(kept.smtp.password.expose_secret(), "hunter22");
        assert_eq!((kept.name.as_str(), kept.smtp.from.as_str()), ("spare", "other@example.com"));
        let elsewhere: [fn(&mut AccountDraft); 4] = [
            |draft| draft.host = "smtp.evil.example".to_owned(),
            |draft| draft.port = 2525,
            |draft| draft.security = Security::Implicit,
            |draft| draft.username = "somebody".to_owned(),
        ];
        for change in elsewhere {
            let mut changed = draft(&old);
            change(&mut changed);
            let refused = changed.complete(std::slice::from_ref(&old), &Zeros).unwrap_err();
            assert_eq!(refused, InvalidAccount::PasswordAgain);
            let mut changed = draft(&old);
            change(&mut changed);
            changed.password = Some("new".into());
            assert!(changed.complete(std::slice::from_ref(&old), &Zeros).is_ok());
        }
    }

    #[test]
    fn a_new_account_needs_a_password_and_an_unknown_one_is_refused() {
        let old = present();
        let new = AccountDraft { handle: None, ..draft(&old) };
        assert_eq!(new.complete(&[], &Zeros).unwrap_err(), InvalidAccount::NoPassword);
        assert_eq!(draft(&old).complete(&[], &Zeros).unwrap_err(), InvalidAccount::Id);
    }
}
