//! Who sends.

use crate::domain::id::TenantId;
use crate::domain::tenants::account::Account;

/// Who sends: a tenant and its accounts. Shared by all of its jobs; `revision` differs after every
/// change of the accounts, so that kept sessions of an old one are not used again.
#[derive(Debug)]
pub struct Sender {
    /// The tenant.
    pub tenant: TenantId,
    /// Distinguishes successive lists of accounts of one tenant.
    pub revision: u64,
    /// What the tenant calls itself; may be empty.
    pub name: String,
    /// Its accounts, the one to be used first at the front; a tenant without any sends nothing.
    pub accounts: Vec<Account>,
    /// Whether it is a sandbox. It has no accounts, and its messages are kept instead of sent.
    pub is_sandbox: bool,
}
