//! What tries a tenant's accounts out.

use std::time::Duration;

use crate::domain::BoxFuture;
use crate::domain::challenges::recipient::Recipient;
use crate::domain::tenants::account_check::{Hint, Taken, TestMail};
use crate::domain::tenants::smtp::SmtpProfile;

/// Tries mail accounts out, for their owners.
pub trait AccountTester: Send + Sync {
    /// Walks the way of a message within `limit`, as far as the login; with `mail`, until that is
    /// taken. Each step that was taken is told, in order; the last one may have failed.
    fn walk<'a>(
        &'a self,
        smtp: &'a SmtpProfile,
        mail: Option<&'a TestMail>,
        limit: Duration,
    ) -> BoxFuture<'a, Vec<Taken>>;

    /// What DNS says about the domain of `from`; nothing where it does not answer in time.
    fn hints<'a>(&'a self, from: &'a Recipient) -> BoxFuture<'a, Vec<Hint>>;
}
